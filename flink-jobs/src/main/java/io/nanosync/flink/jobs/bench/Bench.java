package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Measures connector and bare limits by turns, so that both meet the same machine. */
final class Bench {

    /** By then the JVM has compiled most of what runs once a split or once a job. */
    private static final int WARM_UPS = 3;

    private final Database database;
    private final BenchPlan plan;
    private final PrintWriter progress;
    private final BenchTables tables;
    private final CopyDrain copyDrain;
    private final CopyDrain ctidDrain;
    private final SlotDrain slotDrain;
    private final ConnectorRuns connector;
    private final List<String> notes = new ArrayList<>();

    Bench(Database database, BenchPlan plan, ConnectorRuns connector, PrintWriter progress) {
        this.database = database;
        this.plan = plan;
        this.progress = progress;
        this.tables = new BenchTables(database);
        this.copyDrain = new CopyDrain(database, plan.workers());
        this.ctidDrain = CopyDrain.withCtid(database, plan.workers());
        this.slotDrain = new SlotDrain(database);
        this.connector = connector;
    }

    /** The snapshot phase on tables of its own; null when the plan has none. */
    @Nullable Comparison snapshot()
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        if (plan.rows() == 0) {
            return null;
        }
        say("loading %,d rows", plan.rows());
        QualifiedName orders = tables.loadOrders("orders", plan.rows());
        for (int run = 1; run <= WARM_UPS; run++) {
            snapshotPair(orders, plan.rows(), "snapshot warm-up " + run);
        }
        List<Rate> ours = new ArrayList<>();
        List<Rate> limits = new ArrayList<>();
        List<Rate> ctidLimits = new ArrayList<>();
        for (int run = 1; run <= plan.repeats(); run++) {
            Pair pair = snapshotPair(orders, plan.rows(), "snapshot run " + run);
            ours.add(pair.connector());
            limits.add(pair.limit());
            ctidLimits.add(ctidDrain.run(List.of(orders), SourceConfigs.PARTITION_BLOCKS));
        }
        notes.add(ctidNote(new Comparison(ours, ctidLimits)));
        database.execute("DROP TABLE " + orders.sql());
        return new Comparison(ours, limits);
    }

    /** What the ctid costs, without which a split couldn't go on where it stopped. */
    private static String ctidNote(Comparison comparison) {
        return String.format(
                Locale.ROOT,
                "Snapshot: the same drain with the column ctid, which the connector reads to go on"
                        + " behind the last row after a failure: %,.0f rows/s; ratio to that: %.2f",
                comparison.limitPerSecond(),
                comparison.ratio());
    }

    /** What else is to be said of the phases measured. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    private Pair snapshotPair(QualifiedName table, long rows, String what)
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        Rate limit = copyDrain.run(List.of(table), SourceConfigs.PARTITION_BLOCKS);
        Rate ours =
                connector.run(
                        SourceConfigs.snapshot(database.config(), table, plan.workers()), rows);
        return told(new Pair(ours, limit), what);
    }

    /** The stream phase; null when the plan has none. */
    @Nullable Comparison stream()
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        if (plan.changes() == 0) {
            return null;
        }
        streamRuns("changes_warm", BenchPlan.warmUp(plan.changes()), 1, "stream warm-up");
        List<StreamRun> runs = streamRuns("changes", plan.changes(), plan.repeats(), "stream run");
        List<Rate> ours = runs.stream().map(run -> run.pair().connector()).toList();
        List<Rate> whole = runs.stream().flatMap(run -> run.whole().stream()).toList();
        if (!whole.isEmpty()) {
            notes.add(wholeNote(new Comparison(whole, ours)));
        }
        return new Comparison(ours, runs.stream().map(run -> run.pair().limit()).toList());
    }

    /** What it costs that transactions come whole. */
    private static String wholeNote(Comparison comparison) {
        return String.format(
                Locale.ROOT,
                "Stream: the connector with batch_boundary_signaling: %,.0f changes/s; ratio to"
                        + " without it: %.2f",
                comparison.connectorPerSecond(),
                comparison.ratio());
    }

    /**
     * Slots are made before the load, so that each holds the same backlog: two for each run of the
     * connector, which moves them, and one for all bare drains, which leave it where it is.
     */
    private List<StreamRun> streamRuns(String name, long changes, int runs, String what)
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        // Without the old rows Flink SQL would keep the last row of each key.
        QualifiedName table = tables.createChanges(name, plan.sql());
        String limitSlot = name + "_limit";
        List<String> slots = new ArrayList<>(List.of(limitSlot));
        for (int run = 1; run <= runs; run++) {
            slots.add(name + "_run_" + run);
            slots.add(wholeSlot(name + "_run_" + run));
        }
        List<StreamRun> found = new ArrayList<>();
        try {
            for (String slot : slots) {
                tables.createSlot(slot);
            }
            say("loading a backlog of %,d changes", changes);
            long loaded = tables.loadChanges(table, changes, plan.transaction());
            for (int run = 1; run <= runs; run++) {
                found.add(streamRun(table, name + "_run_" + run, limitSlot, loaded, what));
            }
        } finally {
            for (String slot : slots) {
                tables.dropSlot(slot);
            }
        }
        database.execute(
                "DROP PUBLICATION " + BenchTables.publication(name), "DROP TABLE " + table.sql());
        return found;
    }

    private static String wholeSlot(String slot) {
        return slot + "_whole";
    }

    private StreamRun streamRun(
            QualifiedName table, String slot, String limitSlot, long changes, String what)
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        String publication = BenchTables.publication(table.name());
        Rate limit = slotDrain.run(limitSlot, publication, changes);
        SourceConfig config =
                SourceConfigs.stream(database.config(), table, slot, publication, false);
        Pair pair = told(new Pair(connector.run(config, changes), limit), what);
        if (plan.sql()) {
            return new StreamRun(pair, Optional.empty());
        }
        Rate whole =
                connector.run(
                        SourceConfigs.stream(
                                database.config(), table, wholeSlot(slot), publication, true),
                        changes);
        say("%s: with batch_boundary_signaling %,.0f/s", what, whole.perSecond());
        return new StreamRun(pair, Optional.of(whole));
    }

    private Pair told(Pair pair, String what) {
        say(
                "%s: connector %,.0f/s, bare limit %,.0f/s",
                what, pair.connector().perSecond(), pair.limit().perSecond());
        return pair;
    }

    private void say(String format, Object... arguments) {
        progress.println(String.format(Locale.ROOT, format, arguments));
        progress.flush();
    }

    private record Pair(Rate connector, Rate limit) {}

    /**
     * @param whole the connector where each transaction comes whole; not of Flink SQL
     */
    private record StreamRun(Pair pair, Optional<Rate> whole) {}
}
