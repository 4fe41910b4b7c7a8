package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must arrive of one table: its rows as of the snapshot's point, then every change behind it.
 */
final class ExpectedTable {

    private final CapturedTable table;
    private final SnapshotView snapshot;

    /** Rows by identity; several where a table has equal ones. */
    private final Map<String, Deque<Map<String, @Nullable String>>> rows = new HashMap<>();

    private final List<RowEvent> changes = new ArrayList<>();
    private final List<String> contradictions = new ArrayList<>();

    /**
     * @param snapshot the transactions that it shows are in the rows, all others are changes
     */
    ExpectedTable(CapturedTable table, SnapshotView snapshot) {
        this.table = table;
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
        return rows.values().stream()
                .flatMap(Collection::stream)
                .map(row -> RowEvent.read(text(row)))
                .toList();
    }

    /** The changes, in order. */
    List<RowEvent> changes() {
        return changes;
    }

    void transaction(long xid, Lsn end, List<DecodedLine> lines) {
        boolean inSnapshot = snapshot.shows(xid, end);
        for (DecodedLine line : lines) {
            if (line instanceof DecodedLine.Change change
                    && table.files().contains(change.table())) {
                if (inSnapshot) {
                    apply(xid, end, change);
                } else {
                    changes.add(event(xid, change));
                }
            } else if (line instanceof DecodedLine.Truncate truncate) {
                truncate(xid, truncate.tables(), inSnapshot);
            }
        }
    }

    private void truncate(long xid, List<String> tables, boolean inSnapshot) {
        if (tables.contains(table.root())) {
            if (inSnapshot) {
                rows.clear();
            } else {
                changes.add(new RowEvent(xid, 't', null, null));
            }
        } else if (tables.stream().anyMatch(table.files()::contains)) {
            throw new IllegalStateException(
                    "A leaf of "
                            + table.name()
                            + " was truncated, of which PostgreSQL tells no subscriber");
        }
    }

    private void apply(long xid, Lsn end, DecodedLine.Change change) {
        Map<String, @Nullable String> old = Map.of();
        if (change.op() != 'i') {
            old = remove(xid, end, change);
        }
        if (change.newRow() != null) {
            Map<String, @Nullable String> row = completed(change.newRow(), old);
            rows.computeIfAbsent(identity(row), ignored -> new ArrayDeque<>()).add(row);
        }
    }

    private Map<String, @Nullable String> remove(long xid, Lsn end, DecodedLine.Change change) {
        Map<String, @Nullable String> logged =
                change.oldRow() != null ? change.oldRow() : change.newRow();
        if (logged == null) {
            throw new IllegalStateException("A change of " + table.name() + " without any row");
        }
        String identity = identity(logged);
        Deque<Map<String, @Nullable String>> equal = rows.get(identity);
        if (equal == null && end.isAfter(snapshot.point())) {
            contradictions.add("xid " + xid + " with its end at " + end);
            return Map.of();
        } else if (equal == null) {
            throw new IllegalStateException(
                    "A change of "
                            + table.name()
                            + " to a row that the witness never saw: the table had rows before the"
                            + " witness was there");
        }
        Map<String, @Nullable String> removed = equal.removeFirst();
        if (equal.isEmpty()) {
            rows.remove(identity);
        }
        return removed;
    }

    private RowEvent event(long xid, DecodedLine.Change change) {
        Map<String, @Nullable String> old = change.oldRow();
        Map<String, @Nullable String> row = change.newRow();
        if (row != null && old != null && table.full()) {
            // The old row is whole, so the value is known.
            row = completed(row, old);
        }
        return new RowEvent(
                xid,
                change.op(),
                old == null ? null : identity(old),
                row == null ? null : text(row));
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

    /** The identity's columns; a column that wasn't logged is null. */
    private String identity(Map<String, @Nullable String> row) {
        Map<String, @Nullable String> identity = new TreeMap<>();
        table.identity().forEach(column -> identity.put(column, row.get(column)));
        return text(identity);
    }

    private static String text(Map<String, @Nullable String> row) {
        RowText text = new RowText();
        new TreeMap<>(row).forEach(text::add);
        return text.toString();
    }
}
