package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Proves that the committed Arrow files of a pipeline hold every row of the snapshot and every
 * change behind it exactly once, and in order per table: within each file as they stand, over all
 * files sorted by {@code (commit_lsn, ordinal)}, where rows before the last restart of a table's
 * snapshot don't count.
 *
 * <p>Only where the snapshot was taken is learned from the files ({@code commit_lsn} of its rows);
 * everything else comes from the {@link Witness}. Ask when nothing writes any more and the pipeline
 * has caught up: what didn't arrive counts as lost.
 */
public final class ExactlyOnce {

    private static final Lsn FOR_EVER = new Lsn(-1);

    private final Witness witness;

    public ExactlyOnce(Witness witness) {
        this.witness = witness;
    }

    /**
     * Compares.
     *
     * @param folder what the pipeline wrote, its subfolders too
     * @param names the captured tables
     */
    public Verdict check(Path folder, Collection<QualifiedName> names)
            throws IOException, SQLException {
        return check(folder, names, FOR_EVER);
    }

    /**
     * Compares what was committed up to some point; of what is behind it nothing is asked.
     *
     * @param until end of the last transaction that must have arrived
     */
    public Verdict check(Path folder, Collection<QualifiedName> names, Lsn until)
            throws IOException, SQLException {
        return check(ArrowFiles.read(folder), names, until);
    }

    Verdict check(Map<QualifiedName, ArrivedTable> arrived, Collection<QualifiedName> names)
            throws SQLException {
        return check(arrived, names, FOR_EVER);
    }

    private Verdict check(
            Map<QualifiedName, ArrivedTable> arrived, Collection<QualifiedName> names, Lsn until)
            throws SQLException {
        List<String> differences = new ArrayList<>();
        arrived.keySet().stream()
                .filter(name -> !names.contains(name))
                .forEach(name -> differences.add(name + ": arrived but isn't captured"));
        List<ExpectedTable> expected = new ArrayList<>();
        for (CapturedTable table : witness.describe(names)) {
            expected.add(
                    new ExpectedTable(table, snapshotPoint(table.name(), arrived, differences)));
        }
        CommitPoints commits = new CommitPoints();
        witness.replay(
                (xid, end, changes) -> {
                    commits.add(xid, end);
                    if (!end.isAfter(until)) {
                        expected.forEach(table -> table.transaction(xid, end, changes));
                    }
                });
        long snapshotRows = 0;
        long changes = 0;
        for (ExpectedTable table : expected) {
            snapshotRows += table.snapshot().size();
            changes += table.changes().size();
            ArrivedTable rows = arrived.getOrDefault(table.table().name(), new ArrivedTable());
            differences.addAll(compare(table, rows, commits, until));
        }
        long restarts =
                arrived.values().stream().filter(table -> table.lastRestart() != null).count();
        return new Verdict(snapshotRows, changes, restarts, differences);
    }

    /**
     * The commit LSN of the table's snapshot rows. Of an empty table the last restart's, or that of
     * the other tables, which were read under the same snapshot.
     */
    private static Lsn snapshotPoint(
            QualifiedName name,
            Map<QualifiedName, ArrivedTable> arrived,
            List<String> differences) {
        ArrivedTable table = arrived.getOrDefault(name, new ArrivedTable());
        List<Lsn> own = points(table);
        if (own.size() > 1) {
            differences.add(name + ": snapshot rows of several snapshots: " + own);
        }
        if (!own.isEmpty()) {
            return own.get(own.size() - 1);
        }
        ArrivedRow restart = table.lastRestart();
        if (restart != null) {
            return restart.commitLsn();
        }
        return arrived.values().stream()
                .filter(other -> other.lastRestart() == null)
                .flatMap(other -> points(other).stream())
                .max(Lsn::compareTo)
                .orElse(new Lsn(0));
    }

    private static List<Lsn> points(ArrivedTable table) {
        return table.effective().stream()
                .filter(ArrivedRow::isSnapshotRow)
                .map(ArrivedRow::commitLsn)
                .distinct()
                .toList();
    }

    private static List<String> compare(
            ExpectedTable expected, ArrivedTable arrived, CommitPoints commits, Lsn until) {
        Comparison comparison = new Comparison(expected.table().name().toString());
        comparison.report("rows out of order in their file", arrived.disorder());
        // A commit_lsn is where the commit record begins.
        List<ArrivedRow> rows =
                arrived.effective().stream().filter(row -> until.isAfter(row.commitLsn())).toList();
        comparison.sameRows(expected.snapshot(), events(rows, true));
        List<RowEvent> changes = events(rows, false);
        comparison.sameRows(expected.changes(), changes);
        if (comparison.differences().isEmpty()) {
            comparison.sameOrder(expected.changes(), changes);
        }
        comparison.report("with a commit_lsn outside its commit", commits.misplaced(rows));
        if (!comparison.differences().isEmpty()) {
            comparison.report(
                    "snapshot point expected, " + expected.snapshotPoint(),
                    List.of(arrived.summary()));
        }
        return comparison.differences();
    }

    private static List<RowEvent> events(List<ArrivedRow> rows, boolean snapshot) {
        return rows.stream()
                .filter(row -> row.isSnapshotRow() == snapshot)
                .map(ArrivedRow::event)
                .toList();
    }

    /** Where the commit record of each transaction lies. */
    private static final class CommitPoints {

        private final Map<Long, Commit> byXid = new HashMap<>();
        private Lsn previousEnd = new Lsn(0);

        void add(long xid, Lsn end) {
            byXid.put(xid, new Commit(previousEnd, end));
            previousEnd = end;
        }

        List<String> misplaced(List<ArrivedRow> rows) {
            return rows.stream()
                    .filter(row -> !row.isSnapshotRow() && isMisplaced(row))
                    .map(row -> row.position() + " of xid " + row.event().xid())
                    .toList();
        }

        private boolean isMisplaced(ArrivedRow row) {
            @Nullable Commit commit = byXid.get(row.event().xid());
            return commit != null
                    && (commit.previousEnd().isAfter(row.commitLsn())
                            || !commit.end().isAfter(row.commitLsn()));
        }

        /** The record begins at or after {@code previousEnd} and ends at {@code end}. */
        private record Commit(Lsn previousEnd, Lsn end) {}
    }
}
