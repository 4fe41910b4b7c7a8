package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/**
 * As rows of Flink SQL: {@code INSERT INTO} a table that counts, {@code SELECT *} from the table of
 * a catalog.
 */
final class SqlReading implements Reading {

    @Override
    public void addTo(StreamExecutionEnvironment env, SourceConfig config, String tally) {
        StreamTableEnvironment tables = StreamTableEnvironment.create(env);
        ConnectionConfig connection = config.connection();
        tables.executeSql(
                """
                CREATE CATALOG measured WITH ('type' = 'nanosync-pg', 'hostname' = '%s',
                    'port' = '%d', 'username' = '%s', 'default-database' = '%s',
                    'snapshot-workers' = '%d')
                """
                        .formatted(
                                connection.hosts().get(0).name(),
                                connection.hosts().get(0).port(),
                                connection.user(),
                                connection.database(),
                                config.snapshotWorkers()));
        QualifiedName table = ((TableSelector.Named) config.tables().get(0)).table();
        String source = "measured.`%s`.`%s`".formatted(connection.database(), table);
        CountingTables counting = new CountingTables(tally);
        register(tables, counting);
        String sink = counting.like(tables.from(source).getResolvedSchema());
        StreamStatementSet statements = tables.createStatementSet();
        statements.addInsertSql(
                "INSERT INTO %s SELECT * FROM %s /*+ OPTIONS(%s) */"
                        .formatted(sink, source, hints(config)));
        statements.attachAsDataStream();
    }

    // The other way takes only catalogs that a service file names, in every job's jar.
    @SuppressWarnings("deprecation")
    private static void register(StreamTableEnvironment tables, CountingTables counting) {
        tables.registerCatalog(CountingTables.CATALOG, counting);
    }

    private static String hints(SourceConfig config) {
        return config.startup() instanceof StartupMode.Snapshot
                ? "'startup-mode' = 'snapshot'"
                : "'startup-mode' = 'slot', 'replication-slot' = '%s', 'publication' = '%s'"
                        .formatted(config.slot(), config.publication());
    }
}
