package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.testing.verify.DecodedLine.Change;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must arrive of one table: its rows as of the snapshot's point, then every change behind it,
 * and of both what is published.
 *
 * <p>What a row filter hides is in neither: whether the snapshot shows a transaction of which
 * nothing is published can't be learned, and must not matter.
 */
final class ExpectedTable {

    private final CapturedTable table;
    private final PublishedPart part;
    private final SnapshotView snapshot;

    /** All rows as the last transaction left them: the whole of what isn't always logged whole. */
    private final WitnessedRows latest = new WitnessedRows();

    /** Those that the snapshot shows. */
    private final WitnessedRows shown = new WitnessedRows();

    private final List<RowEvent> changes = new ArrayList<>();
    private final List<String> contradictions = new ArrayList<>();
    private long crossings;

    /**
     * @param snapshot the transactions that it shows are in the rows, all others are changes
     */
    ExpectedTable(CapturedTable table, PublishedPart part, SnapshotView snapshot) {
        this.table = table;
        this.part = part;
        this.snapshot = snapshot;
    }

    /** Which transactions the snapshot shows. */
    SnapshotView view() {
        return snapshot;
    }

    /** Transactions that the snapshot must show, although they build on others that it doesn't. */
    List<String> contradictions() {
        return contradictions;
    }

    CapturedTable table() {
        return table;
    }

    /** The snapshot's rows, in no order. */
    List<RowEvent> snapshot() {
        return shown.all().map(row -> RowEvent.read(published(row))).toList();
    }

    /** The changes, in order. */
    List<RowEvent> changes() {
        return changes;
    }

    /** Updates among the changes by which a row comes into what is published, or leaves it. */
    long crossings() {
        return crossings;
    }

    void transaction(long xid, Lsn end, List<DecodedLine> lines) {
        boolean inSnapshot = snapshot.shows(xid, end);
        for (DecodedLine line : lines) {
            if (line instanceof Change change && table.files().contains(change.table())) {
                change(xid, end, logged(change), inSnapshot);
            } else if (line instanceof DecodedLine.Truncate truncate) {
                truncate(xid, truncate.tables(), inSnapshot);
            }
        }
    }

    private void truncate(long xid, List<String> tables, boolean inSnapshot) {
        if (tables.contains(table.root())) {
            latest.clear();
            if (inSnapshot) {
                shown.clear();
            } else if (part.tells('t')) {
                changes.add(new RowEvent(xid, 't', null, null));
            }
        } else if (tables.stream().anyMatch(table.files()::contains)) {
            throw new IllegalStateException(
                    "A leaf of "
                            + table.name()
                            + " was truncated, of which PostgreSQL tells no subscriber");
        }
    }

    private void change(long xid, Lsn end, Change change, boolean inSnapshot) {
        @Nullable Map<String, @Nullable String> row = witness(change);
        @Nullable Change seen = part.seen(change);
        if (seen == null) {
            return;
        }
        if (inSnapshot) {
            show(xid, end, seen, row);
        } else if (part.tells(seen.op())) {
            crossings += seen.op() == change.op() ? 0 : 1;
            changes.add(event(xid, seen));
        }
    }

    /** The change as a subscriber can know it: where the old row is whole, so is the new one. */
    private Change logged(Change change) {
        return change.newRow() != null && change.oldRow() != null && table.full()
                ? new Change(
                        change.table(),
                        change.op(),
                        change.oldRow(),
                        completed(change.newRow(), change.oldRow()))
                : change;
    }

    /** Takes note of a change; the whole new row, if there is one. */
    private @Nullable Map<String, @Nullable String> witness(Change change) {
        Map<String, @Nullable String> old = Map.of();
        if (change.op() != 'i') {
            old = latest.remove(identityOfOld(change));
            if (old == null) {
                throw new IllegalStateException(
                        "A change of "
                                + table.name()
                                + " to a row that the witness never saw: the table had rows before"
                                + " the witness was there");
            }
        }
        if (change.newRow() == null) {
            return null;
        }
        Map<String, @Nullable String> row = completed(change.newRow(), old);
        latest.add(identity(row), row);
        return row;
    }

    /**
     * @param row the whole new row, if there is one
     */
    private void show(
            long xid, Lsn end, Change change, @Nullable Map<String, @Nullable String> row) {
        if (change.op() != 'i' && shown.remove(identityOfOld(change)) == null) {
            if (!end.isAfter(snapshot.point())) {
                throw new IllegalStateException("No row of " + table.name() + " for " + change);
            }
            contradictions.add("xid " + xid + " with its end at " + end);
        }
        if (change.op() != 'd' && row != null) {
            shown.add(identity(row), row);
        }
    }

    private RowEvent event(long xid, Change change) {
        return new RowEvent(
                xid,
                change.op(),
                change.oldRow() == null ? null : identity(change.oldRow()),
                change.newRow() == null ? null : published(change.newRow()));
    }

    private static Map<String, @Nullable String> completed(
            Map<String, @Nullable String> row, Map<String, @Nullable String> old) {
        Map<String, @Nullable String> completed = new HashMap<>(row);
        completed.replaceAll(
                (column, value) ->
                        RowText.UNCHANGED.equals(value) && old.containsKey(column)
                                ? old.get(column)
                                : value);
        return completed;
    }

    private String identityOfOld(Change change) {
        Map<String, @Nullable String> row =
                change.oldRow() != null ? change.oldRow() : change.newRow();
        if (row == null) {
            throw new IllegalStateException("A change of " + table.name() + " without any row");
        }
        return identity(row);
    }

    /** The identity's columns; a column that wasn't logged is null. */
    private String identity(Map<String, @Nullable String> row) {
        Map<String, @Nullable String> identity = new TreeMap<>();
        table.identity().forEach(column -> identity.put(column, row.get(column)));
        return text(identity);
    }

    private String published(Map<String, @Nullable String> row) {
        Map<String, @Nullable String> columns = new TreeMap<>(row);
        columns.keySet().removeIf(column -> !part.shows(column));
        return text(columns);
    }

    private static String text(Map<String, @Nullable String> row) {
        RowText text = new RowText();
        new TreeMap<>(row).forEach(text::add);
        return text.toString();
    }
}
