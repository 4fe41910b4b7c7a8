package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.verify.DecodedLine.Change;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must arrive of one table: its rows as of the snapshot's point, then every change behind it,
 * and of both what is published.
 *
 * <p>A table that is removed ends where the stream stood then. Of transactions behind that nobody
 * tells whether a snapshot next to them shows them: of rows that they changed nothing is asked.
 *
 * <p>What a row filter hides is in neither: whether the snapshot shows a transaction of which
 * nothing is published can't be learned, and must not matter.
 */
final class ExpectedTable {

    private CapturedTable table;

    /** How it looks; null as long as nobody wrote that down. */
    private @Nullable TableShape shape;

    /** How it looked at the change before; null before the first. */
    private @Nullable TableShape known;

    private final PublishedPart part;
    private final SnapshotView snapshot;

    /** All rows as the last transaction left them: the whole of what isn't always logged whole. */
    private final WitnessedRows latest = new WitnessedRows();

    /** Those that the snapshot shows. */
    private final WitnessedRows shown = new WitnessedRows();

    private final List<RowEvent> changes = new ArrayList<>();
    private final List<String> contradictions = new ArrayList<>();

    /** Rows of which nobody can tell whether the snapshot shows them. */
    private final Set<String> doubtful = new HashSet<>();

    private final List<Drifted> drifts = new ArrayList<>();
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

    /** The snapshot's rows, in no order. */
    List<RowEvent> snapshot() {
        return shown.all()
                .map(row -> RowEvent.read(published(row)))
                .filter(row -> !isDoubtful(row))
                .toList();
    }

    /** Whether nobody can tell whether a row is in the snapshot. */
    boolean isDoubtful(RowEvent row) {
        return doubtful.contains(row.after());
    }

    /** The changes, in order. */
    List<RowEvent> changes() {
        return changes;
    }

    /** Updates among the changes by which a row comes into what is published, or leaves it. */
    long crossings() {
        return crossings;
    }

    QualifiedName name() {
        return table.name();
    }

    /** Changes that were made under another schema than the one before. */
    List<Drifted> drifts() {
        return drifts;
    }

    /** The next transaction. The stream emitted it whole. */
    void transaction(WitnessedTransaction transaction) {
        take(transaction, transaction.lines().size());
    }

    /**
     * The next transaction.
     *
     * @param until where the stream stood when the table was removed; null when it wasn't
     */
    void transaction(WitnessedTransaction transaction, @Nullable StreamPosition until) {
        take(
                transaction,
                until == null
                        ? transaction.lines().size()
                        : transaction.emittedAt(until, this::comes));
    }

    /**
     * The next transaction.
     *
     * @param reached so many of its lines the stream had come to when it stood still for ever
     */
    void transaction(WitnessedTransaction transaction, int reached) {
        take(transaction, reached);
    }

    /** The next transaction, of which nobody can tell whether the stream came to it. */
    void untold(WitnessedTransaction transaction) {
        take(transaction, 0);
    }

    /**
     * @param reached so many of its lines the stream had emitted when the table was removed
     */
    private void take(WitnessedTransaction transaction, int reached) {
        List<DecodedLine> lines = transaction.lines();
        Fate emitted = fate(transaction, reached);
        for (int i = 0; i < lines.size(); i++) {
            Fate fate = emitted == Fate.CHANGE && i >= reached ? Fate.NOTHING : emitted;
            SchemaChange alteration = SchemaChange.of(lines.get(i));
            if (alteration != null) {
                alter(alteration, fate);
                continue;
            }
            if (fate == Fate.CHANGE && comes(lines.get(i))) {
                look(transaction.places().get(i));
            }
            if (lines.get(i) instanceof Change change && table.files().contains(change.table())) {
                change(transaction, logged(change), fate);
            } else if (lines.get(i) instanceof DecodedLine.Truncate truncate) {
                truncate(transaction.xid(), truncate.tables(), fate);
            }
        }
    }

    private void alter(SchemaChange alteration, Fate fate) {
        if (!alteration.root().equals(table.root())) {
            return;
        }
        table = alteration.altered(table);
        shape = alteration.shape();
        known = known == null ? shape : known;
        latest.alter(alteration::altered, this::identity);
        if (fate == Fate.SHOWN) {
            known = shape;
            shown.alter(alteration::altered, this::identity);
        }
    }

    /** Looks whether the table looks as at the change before. */
    private void look(Lsn place) {
        TableShape now = shape;
        TableShape before = known;
        if (now != null && before != null && !now.looksLike(before)) {
            drifts.add(
                    new Drifted(table.name(), place, before.isHeldBy(now), before + " is " + now));
            known = now;
        }
    }

    /** What a transaction is to the table. */
    private enum Fate {
        SHOWN,
        CHANGE,
        /** Nobody can tell whether it is shown, and it can't come as a change. */
        UNKNOWN,
        /** It comes behind the end, and isn't shown. */
        NOTHING
    }

    private Fate fate(WitnessedTransaction transaction, int reached) {
        if (!snapshot.shows(transaction.xid(), transaction.end())) {
            return Fate.CHANGE;
        }
        boolean isTold =
                !snapshot.mayShow(transaction.xid(), transaction.end())
                        || reached == transaction.lines().size()
                        || transaction.lines().subList(0, reached).stream().anyMatch(this::isOurs);
        return isTold ? Fate.SHOWN : Fate.UNKNOWN;
    }

    private boolean isOurs(DecodedLine line) {
        return line instanceof Change change && table.files().contains(change.table())
                || line instanceof DecodedLine.Truncate truncate
                        && truncate.tables().contains(table.root());
    }

    /** Whether a line comes as a change, where it isn't shown. */
    boolean comes(DecodedLine line) {
        if (line instanceof Change change) {
            @Nullable Change seen = isOurs(line) ? part.seen(logged(change)) : null;
            return seen != null && part.tells(seen.op());
        }
        return isOurs(line) && part.tells('t');
    }

    private void truncate(long xid, List<String> tables, Fate fate) {
        if (tables.contains(table.root())) {
            if (fate == Fate.UNKNOWN) {
                latest.all().map(this::published).forEach(doubtful::add);
            }
            latest.clear();
            if (fate == Fate.SHOWN) {
                shown.clear();
            } else if (fate == Fate.CHANGE && part.tells('t')) {
                changes.add(new RowEvent(xid, 't', null, null));
            }
        } else if (tables.stream().anyMatch(table.files()::contains)) {
            throw new IllegalStateException(
                    "A leaf of "
                            + table.name()
                            + " was truncated, of which PostgreSQL tells no subscriber");
        }
    }

    private void change(WitnessedTransaction transaction, Change change, Fate fate) {
        @Nullable Map<String, @Nullable String> row = witness(change, fate == Fate.UNKNOWN);
        @Nullable Change seen = part.seen(change);
        if (seen == null) {
            return;
        }
        if (fate == Fate.SHOWN) {
            show(transaction, seen, row);
        } else if (fate == Fate.CHANGE && part.tells(seen.op())) {
            crossings += seen.op() == change.op() ? 0 : 1;
            changes.add(event(transaction.xid(), seen));
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

    /**
     * Takes note of a change; the whole new row, if there is one.
     *
     * @param isDoubtful whether nobody can tell which of old and new row the snapshot shows
     */
    private @Nullable Map<String, @Nullable String> witness(Change change, boolean isDoubtful) {
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
            if (isDoubtful) {
                doubtful.add(published(old));
            }
        }
        if (change.newRow() == null) {
            return null;
        }
        Map<String, @Nullable String> row = completed(change.newRow(), old);
        latest.add(identity(row), row);
        if (isDoubtful) {
            doubtful.add(published(row));
        }
        return row;
    }

    /**
     * @param row the whole new row, if there is one
     */
    private void show(
            WitnessedTransaction transaction,
            Change change,
            @Nullable Map<String, @Nullable String> row) {
        if (change.op() != 'i' && shown.remove(identityOfOld(change)) == null) {
            if (!transaction.end().isAfter(snapshot.point())) {
                throw new IllegalStateException("No row of " + table.name() + " for " + change);
            }
            contradictions.add(
                    "xid " + transaction.xid() + " with its end at " + transaction.end());
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
