package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads three columns of thirty, and all of them, by turns. */
final class ProjectionBench {

    private static final int WARM_UPS = 2;

    private final Database database;
    private final BenchPlan plan;
    private final ConnectorRuns connector;
    private final PrintWriter progress;
    private final BenchTables tables;
    private final WideTables wide;

    ProjectionBench(
            Database database, BenchPlan plan, ConnectorRuns connector, PrintWriter progress) {
        this.database = database;
        this.plan = plan;
        this.connector = connector;
        this.progress = progress;
        this.tables = new BenchTables(database);
        this.wide = new WideTables(database);
    }

    /** The snapshot; null when the plan has none. */
    @Nullable Comparison snapshot()
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        if (plan.rows() == 0) {
            return null;
        }
        say("loading %,d rows", plan.rows());
        QualifiedName table = wide.create("wide");
        database.execute(
                WideTables.insert(table, "1", Long.toString(plan.rows())),
                "VACUUM (FREEZE, ANALYZE) " + table.sql(),
                "CHECKPOINT");
        SourceConfig whole = SourceConfigs.snapshot(database.config(), table, plan.workers());
        for (int run = 1; run <= WARM_UPS; run++) {
            compare(whole, whole, plan.rows(), "snapshot warm-up " + run);
        }
        List<Rate> few = new ArrayList<>();
        List<Rate> all = new ArrayList<>();
        for (int run = 1; run <= plan.repeats(); run++) {
            Pair pair = compare(whole, whole, plan.rows(), "snapshot run " + run);
            few.add(pair.few());
            all.add(pair.all());
        }
        drop(table);
        return new Comparison(few, all);
    }

    /** The stream; null when the plan has none. */
    @Nullable Comparison stream()
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        if (plan.changes() == 0) {
            return null;
        }
        streamRuns("wide_warm", BenchPlan.warmUp(plan.changes()), 1, "stream warm-up");
        return streamRuns("wide_changes", plan.changes(), plan.repeats(), "stream run");
    }

    /** A run moves its slot; all are made before the load, so that each holds the same backlog. */
    private Comparison streamRuns(String name, long changes, int runs, String what)
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        QualifiedName table = wide.create(name);
        List<String> slots = new ArrayList<>();
        for (int run = 1; run <= runs; run++) {
            slots.add(name + "_few_" + run);
            slots.add(name + "_all_" + run);
        }
        List<Rate> few = new ArrayList<>();
        List<Rate> all = new ArrayList<>();
        try {
            for (String slot : slots) {
                tables.createSlot(slot);
            }
            say("loading a backlog of %,d changes", changes);
            tables.loadInserts(WideTables.insert(table, "first", "last"), changes);
            for (int run = 1; run <= runs; run++) {
                Pair pair =
                        compare(
                                stream(table, name + "_few_" + run),
                                stream(table, name + "_all_" + run),
                                changes,
                                what + " " + run);
                few.add(pair.few());
                all.add(pair.all());
            }
        } finally {
            for (String slot : slots) {
                tables.dropSlot(slot);
            }
        }
        drop(table);
        return new Comparison(few, all);
    }

    private SourceConfig stream(QualifiedName table, String slot) {
        return SourceConfigs.stream(
                database.config(), table, slot, BenchTables.publication(table.name()), false);
    }

    private Pair compare(SourceConfig ofFew, SourceConfig ofAll, long rows, String what)
            throws InterruptedException, ExecutionException, TimeoutException {
        Pair pair =
                new Pair(
                        connector.run(ofFew.reading(WideTables.WANTED), rows),
                        connector.run(ofAll, rows));
        say(
                "%s: 3 columns %,.0f/s, 30 columns %,.0f/s",
                what, pair.few().perSecond(), pair.all().perSecond());
        return pair;
    }

    private void drop(QualifiedName table) throws SQLException {
        database.execute(
                "DROP PUBLICATION " + BenchTables.publication(table.name()),
                "DROP TABLE " + table.sql(),
                "CHECKPOINT");
    }

    private void say(String format, Object... arguments) {
        progress.println(String.format(Locale.ROOT, format, arguments));
        progress.flush();
    }

    private record Pair(Rate few, Rate all) {}
}
