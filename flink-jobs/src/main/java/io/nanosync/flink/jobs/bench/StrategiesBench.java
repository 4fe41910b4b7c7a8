package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Reads one table with each way of dividing it, by turns, so that all meet the same machine: first
 * with an index on each column, then without.
 */
final class StrategiesBench {

    private static final String TABLE = "orders";

    private final Database database;
    private final StrategiesPlan plan;
    private final ConnectorRuns connector;
    private final PrintWriter progress;
    private final BenchTables tables;

    StrategiesBench(
            Database database, StrategiesPlan plan, ConnectorRuns connector, PrintWriter progress) {
        this.database = database;
        this.plan = plan;
        this.connector = connector;
        this.progress = progress;
        this.tables = new BenchTables(database);
    }

    /** Each table of the plan twice, with indexes and without. */
    List<StrategiesTable> run()
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        List<StrategiesTable> measured = new ArrayList<>();
        for (long rows : plan.rows()) {
            say("loading %,d rows", rows);
            QualifiedName table = tables.loadOrders(TABLE, rows);
            tables.addIndex(table);
            if (measured.isEmpty()) {
                round(table, rows, divisions(), "warm-up");
            }
            measured.add(measure(table, rows, true));
            tables.dropIndexes(table);
            measured.add(measure(table, rows, false));
            database.execute("DROP TABLE " + table.sql(), "CHECKPOINT");
        }
        return measured;
    }

    private StrategiesTable measure(QualifiedName table, long rows, boolean indexed)
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        List<StrategyReads> divisions = divisions();
        for (int run = 1; run <= plan.repeats(); run++) {
            round(
                    table,
                    rows,
                    divisions,
                    (indexed ? "with indexes, run " : "without indexes, run ") + run);
        }
        return new StrategiesTable(
                rows,
                Long.parseLong(
                        database.query("SELECT pg_relation_size('" + table.sql() + "'::regclass)")),
                indexed,
                loadAverage(),
                divisions);
    }

    private static OptionalDouble loadAverage() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return load < 0 ? OptionalDouble.empty() : OptionalDouble.of(load);
    }

    /** One read more with each strategy. */
    private void round(QualifiedName table, long rows, List<StrategyReads> divisions, String what)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (StrategyReads division : divisions) {
            TableRead read =
                    connector.read(
                            SourceConfigs.snapshot(
                                    database.config(),
                                    table,
                                    plan.workers(),
                                    division.partitioning()),
                            rows);
            division.reads().add(read);
            say(
                    "%,d rows, %s: %s, first rows after %.2f s, all after %.2f s",
                    rows, what, division.name(), read.firstSeconds(), read.seconds());
        }
    }

    private static List<StrategyReads> divisions() {
        List<StrategyReads> divisions = new ArrayList<>();
        divisions.add(new StrategyReads(new Partitioning.Ctid(), null, new ArrayList<>()));
        addDivisions(divisions, BenchTables.ORDERED_COLUMN, "ordered");
        addDivisions(divisions, BenchTables.SCATTERED_COLUMN, "scattered");
        return divisions;
    }

    private static void addDivisions(List<StrategyReads> divisions, String column, String order) {
        divisions.add(new StrategyReads(new Partitioning.Ntile(column), order, new ArrayList<>()));
        divisions.add(new StrategyReads(new Partitioning.Minmax(column), order, new ArrayList<>()));
    }

    private void say(String format, Object... arguments) {
        progress.println(String.format(Locale.ROOT, format, arguments));
        progress.flush();
    }
}
