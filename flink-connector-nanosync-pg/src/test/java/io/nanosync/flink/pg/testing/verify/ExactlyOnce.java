package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Proves that the committed Arrow files of a pipeline hold every row of the snapshot and every
 * change behind it exactly once, and in order per table: within each file as they stand, over all
 * files sorted by {@code (commit_lsn, ordinal)}, where rows before the last restart of a table's
 * snapshot don't count.
 *
 * <p>Only where the snapshot was taken is learned from the files ({@code commit_lsn} of its rows,
 * and what {@link SnapshotView} says); everything else comes from the {@link Witness}. Ask when
 * nothing writes any more and the pipeline has caught up: what didn't arrive counts as lost.
 */
public final class ExactlyOnce {

    private static final Lsn FOR_EVER = new Lsn(-1);

    private final Witness witness;
    private final SnapshotPlaces places;
    private final Function<QualifiedName, PublishedPart> parts;
    private final Resnapshots resnapshots;

    /** For pipelines whose snapshots come with their slots. */
    public ExactlyOnce(Witness witness) {
        this(witness, SnapshotPlaces.WITH_SLOTS);
    }

    /**
     * For others too.
     *
     * @param places what is known of their snapshots
     */
    public ExactlyOnce(Witness witness, SnapshotPlaces places) {
        this(witness, places, table -> PublishedPart.WHOLE);
    }

    /**
     * For those too whose publication doesn't publish the whole of each table.
     *
     * @param parts what it publishes of a table
     */
    public ExactlyOnce(
            Witness witness, SnapshotPlaces places, Function<QualifiedName, PublishedPart> parts) {
        this(witness, places, parts, List.of());
    }

    /**
     * For those too that were asked to read tables again.
     *
     * @param asked all requests
     */
    public ExactlyOnce(
            Witness witness,
            SnapshotPlaces places,
            Function<QualifiedName, PublishedPart> parts,
            Collection<Resnapshot> asked) {
        this.witness = witness;
        this.places = places;
        this.parts = parts;
        this.resnapshots = new Resnapshots(asked);
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
        return checkLives(folder, names.stream().map(Life::always).toList(), until);
    }

    /**
     * Compares tables that were captured at times.
     *
     * @param lives of each table in their order
     * @param until end of the last transaction that must have arrived
     */
    public Verdict checkLives(Path folder, Collection<Life> lives, Lsn until)
            throws IOException, SQLException {
        return checkLives(folder, lives, until, Pauses.NONE);
    }

    /**
     * Compares what came of a pipeline that stood in front of changed schemas.
     *
     * @param lives of each table in their order
     * @param until end of the last transaction that must have arrived
     */
    public Verdict checkLives(Path folder, Collection<Life> lives, Lsn until, Pauses pauses)
            throws IOException, SQLException {
        List<ArrowFiles.ArrivedFile> files = ArrowFiles.files(folder);
        Lives found = Lives.of(lives, files);
        return check(found, until, pauses, files);
    }

    /** Compares tables that were captured at times, without an end. */
    public Verdict checkLives(Path folder, Collection<Life> lives, Pauses pauses)
            throws IOException, SQLException {
        return checkLives(folder, lives, FOR_EVER, pauses);
    }

    /**
     * The lives as what arrived tells them: a table that was left out for a start of which the
     * pipeline's state knows nothing was captured all the time.
     */
    public static List<Life> told(Path folder, Collection<Life> lives) throws IOException {
        return List.copyOf(Lives.of(lives, ArrowFiles.files(folder)).arrived().keySet());
    }

    /**
     * What arrived of each table, by kind: for somebody who looks for the reason of a difference.
     */
    public static List<String> summary(Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        ArrowFiles.read(folder).forEach((name, table) -> lines.add(name + ": " + table.summary()));
        return lines;
    }

    /**
     * How many changes arrived of each transaction, by xid.
     *
     * @param folder what the pipeline wrote, its subfolders too
     */
    public static Map<Long, Long> transactions(Path folder) throws IOException {
        Map<Long, Long> changes = new HashMap<>();
        for (ArrowFiles.ArrivedFile file : ArrowFiles.files(folder)) {
            for (ArrivedRow row : file.rows()) {
                if (!row.isSnapshotRow() && !row.isRestart()) {
                    changes.merge(row.event().xid(), 1L, Long::sum);
                }
            }
        }
        return changes;
    }

    Verdict check(Lives lives) throws SQLException {
        return check(lives, FOR_EVER, Pauses.NONE, List.of());
    }

    Verdict check(Lives lives, Pauses pauses, List<ArrowFiles.ArrivedFile> files)
            throws SQLException {
        return check(lives, FOR_EVER, pauses, files);
    }

    private Verdict check(Lives lives, Lsn until, Pauses pauses, List<ArrowFiles.ArrivedFile> files)
            throws SQLException {
        Map<Life, ArrivedTable> arrived = lives.arrived();
        List<String> differences = new ArrayList<>(lives.strangers());
        StandStills standStills = new StandStills(pauses);
        Map<Life, ExpectedTable> expected = new LinkedHashMap<>();
        List<FormerReading> former = new ArrayList<>();
        for (Life life : arrived.keySet()) {
            ArrivedTable rows = arrived.getOrDefault(life, new ArrivedTable());
            CapturedTable table = witness.describe(List.of(life.table())).get(0);
            List<Lsn> points = SnapshotView.points(rows);
            if (points.size() > 1) {
                differences.add(life + ": snapshot rows of several snapshots: " + points);
            }
            expected.put(life, expected(table, SnapshotView.of(life, arrived, places)));
            former.addAll(former(life, rows, table, arrived));
        }
        former.removeIf(reading -> !reading.isBefore(until));
        CommitPoints commits = new CommitPoints();
        witness.replay(
                transaction -> {
                    commits.add(transaction.xid(), transaction.end());
                    if (!transaction.end().isAfter(until)) {
                        int reached = standStills.transaction(transaction, expected.values());
                        boolean isCut = reached < transaction.lines().size();
                        expected.forEach(
                                (life, table) -> {
                                    if (isCut) {
                                        table.transaction(transaction, reached);
                                    } else {
                                        table.transaction(transaction, life.until());
                                    }
                                });
                        former.forEach(reading -> reading.transaction(transaction));
                    }
                });
        former.forEach(reading -> differences.addAll(reading.differences()));
        long snapshotRows = 0;
        long changes = 0;
        long crossings = 0;
        for (Map.Entry<Life, ExpectedTable> entry : expected.entrySet()) {
            Life life = entry.getKey();
            ExpectedTable table = entry.getValue();
            snapshotRows += table.snapshot().size();
            changes += table.changes().size();
            crossings += table.crossings();
            // Of a snapshot that may show something behind it nothing is asked either.
            if (table.view().isBefore(until)) {
                ArrivedTable rows = arrived.getOrDefault(life, new ArrivedTable());
                differences.addAll(compare(life, table, rows, commits, until));
            }
        }
        long restarts =
                arrived.values().stream().filter(table -> table.lastRestart() != null).count();
        long readAgain =
                arrived.values().stream()
                        .mapToLong(table -> Resnapshots.readAgain(table).size())
                        .sum();
        Set<Lsn> points =
                arrived.values().stream()
                        .flatMap(table -> table.wholeSnapshotPoints().stream())
                        .collect(Collectors.toSet());
        return new Verdict(
                snapshotRows,
                changes,
                crossings,
                restarts,
                readAgain,
                points,
                differences,
                resnapshots.differences(arrived),
                expected.values().stream().flatMap(table -> table.drifts().stream()).toList(),
                standStills.differences(files));
    }

    private ExpectedTable expected(CapturedTable table, SnapshotView view) {
        return new ExpectedTable(table, parts.apply(table.name()), view);
    }

    /** What was taken back of a table. */
    private List<FormerReading> former(
            Life life, ArrivedTable rows, CapturedTable table, Map<Life, ArrivedTable> arrived) {
        List<FormerReading> former = new ArrayList<>();
        for (int i = 1; i < rows.readings().size(); i++) {
            Reading reading = rows.readings().get(i - 1);
            @Nullable ArrivedRow restart = rows.readings().get(i).restart();
            if (restart != null) {
                Lsn next = restart.commitLsn();
                SnapshotView view = SnapshotView.former(reading, next, life, arrived, places);
                former.add(
                        new FormerReading(
                                life,
                                reading,
                                next,
                                expected(table, view),
                                resnapshots.streamedBefore(next)));
            }
        }
        return former;
    }

    private static List<String> compare(
            Life life,
            ExpectedTable expected,
            ArrivedTable arrived,
            CommitPoints commits,
            Lsn until) {
        Comparison comparison = new Comparison(life.toString());
        comparison.report("rows out of order in their file", arrived.disorder());
        List<ArrivedRow> rows =
                arrived.effective().stream().filter(row -> isAsked(row, until)).toList();
        List<RowEvent> snapshot =
                events(rows, true).stream().filter(row -> !expected.isDoubtful(row)).toList();
        if (life.mayBeUnread(expected.view().point())) {
            comparison.noOthers(expected.snapshot(), snapshot);
        } else {
            comparison.sameRows(expected.snapshot(), snapshot);
        }
        List<RowEvent> changes = events(rows, false);
        comparison.sameRows(expected.changes(), changes);
        if (comparison.differences().isEmpty()) {
            comparison.sameOrder(expected.changes(), changes);
        }
        comparison.report("shown and built on what isn't", expected.contradictions());
        comparison.report("with a commit_lsn outside its commit", commits.misplaced(rows));
        return comparison.differences();
    }

    /**
     * The commit_lsn of a change is where its commit record begins; that of a snapshot's rows is
     * where the last transaction that they show has ended.
     */
    private static boolean isAsked(ArrivedRow row, Lsn until) {
        return until.isAfter(row.commitLsn())
                || (row.isSnapshotRow() && until.equals(row.commitLsn()));
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
