package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Measures the snapshot of a pipeline's own tables. Only reads: no slot, no publication, no state.
 */
final class PipelineBench {

    /** Why there is no stream phase. */
    static final String NO_STREAM =
            "The stream isn't measured on a pipeline's own database: it would take a backlog of"
                    + " changes written to your tables. Run nanosync bench without -f for it.";

    private final SourceConfig config;
    private final BenchPlan plan;
    private final Database database;
    private final PrintWriter progress;

    PipelineBench(SourceConfig pipeline, BenchPlan plan, PrintWriter progress) {
        this.config = SourceConfigs.snapshotOf(pipeline, plan.workers());
        this.plan = plan;
        this.database = new Database(pipeline.connection());
        this.progress = progress;
    }

    Database database() {
        return database;
    }

    Comparison snapshot(ConnectorRuns connector)
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        CopyDrain drain = new CopyDrain(database, plan.workers());
        List<QualifiedName> tables = tables();
        List<Rate> ours = new ArrayList<>();
        List<Rate> limits = new ArrayList<>();
        // The first pair warms caches and JVM.
        for (int run = 0; run <= plan.repeats(); run++) {
            Rate limit = drain.run(tables, config.partitionBlocks());
            Rate own = connector.runToEnd(config);
            progress.println(
                    String.format(
                            Locale.ROOT,
                            "%s: connector %,.0f/s, bare limit %,.0f/s",
                            run == 0 ? "snapshot warm-up" : "snapshot run " + run,
                            own.perSecond(),
                            limit.perSecond()));
            progress.flush();
            if (run > 0) {
                ours.add(own);
                limits.add(limit);
            }
        }
        return new Comparison(ours, limits);
    }

    private List<QualifiedName> tables() throws SQLException {
        List<QualifiedName> tables = new ArrayList<>();
        for (TableSelector selector : config.tables()) {
            if (selector instanceof TableSelector.Named named) {
                tables.add(named.table());
            } else if (selector instanceof TableSelector.WholeSchema whole) {
                tables.addAll(tablesOf(whole.schema()));
            }
        }
        for (TableSelector selector : config.tables()) {
            if (selector instanceof TableSelector.Excluded left) {
                tables.removeIf(left::matches);
            }
        }
        return tables;
    }

    private List<QualifiedName> tablesOf(String schema) throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement statement =
                        connection.prepareStatement(
                                """
                                SELECT relname FROM pg_class
                                WHERE relnamespace = quote_ident(?)::regnamespace
                                AND relkind IN ('r', 'p') AND NOT relispartition
                                """)) {
            statement.setString(1, schema);
            try (ResultSet rows = statement.executeQuery()) {
                List<QualifiedName> tables = new ArrayList<>();
                while (rows.next()) {
                    tables.add(new QualifiedName(schema, rows.getString(1)));
                }
                return tables;
            }
        }
    }
}
