package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.DriftPolicy;
import io.nanosync.flink.pg.config.OptionValues;
import io.nanosync.flink.pg.config.PartitionStrategy;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Source configurations for tests: the defaults, but for small splits and pages, so that small
 * tables have many of them, and heartbeats each second. A changed schema ends them.
 */
public final class Configs {

    private Configs() {}

    public static SourceConfig initial(TestDatabase database, String pipeline, String... tables) {
        return of(database, pipeline, new StartupMode.Initial(), tables);
    }

    public static SourceConfig of(
            TestDatabase database, String pipeline, StartupMode startup, String... tables) {
        return of(database.connectionConfig(), pipeline, startup, tables);
    }

    public static SourceConfig of(
            ConnectionConfig connection, String pipeline, StartupMode startup, String... tables) {
        return new SourceConfig(
                connection,
                pipeline,
                Stream.of(tables).map(TableSelector::parse).toList(),
                OptionValues.defaults()
                        .with(SourceOptions.STARTUP_MODE, startup)
                        .with(SourceOptions.SNAPSHOT_WORKERS, 3)
                        .with(SourceOptions.CHUNK_SIZE, 500)
                        .with(SourceOptions.CTID_PARTITION_BLOCKS, 8)
                        .with(SourceOptions.WAL_HEARTBEAT_INTERVAL, Duration.ofSeconds(1))
                        .with(SourceOptions.WAL_SENDER_TIMEOUT, Duration.ofSeconds(60))
                        .with(SourceOptions.KEEPALIVE_IDLE_INTERVAL, Duration.ofSeconds(1))
                        .with(SourceOptions.SCHEMA_DRIFT, DriftPolicy.FAIL),
                null,
                true,
                true,
                List.of());
    }

    /** Of a server that nobody asks. */
    public static SourceConfig ofNoServer(String pipeline, StartupMode startup, String... tables) {
        ConnectionConfig nowhere =
                new ConnectionConfig(
                        List.of(new ConnectionConfig.Host("nowhere", 5432)),
                        "db",
                        "user",
                        null,
                        Duration.ofSeconds(1),
                        "test",
                        Map.of());
        return of(nowhere, pipeline, startup, tables);
    }

    /** As where the environment isn't visible: nobody knows whether checkpoints are on. */
    public static SourceConfig unawareOfCheckpoints(SourceConfig config) {
        return config.awaitingCheckpoint(false);
    }

    /** As for consumers without a truncate. */
    public static SourceConfig withoutTruncate(SourceConfig config) {
        return with(config, config.tables(), config.stateDir(), false);
    }

    /** With another division of tables that say nothing else. */
    public static SourceConfig dividedBy(SourceConfig config, Partitioning partitioning) {
        if (!(partitioning instanceof Partitioning.ByColumn by)) {
            return config;
        }
        PartitionStrategy strategy =
                by instanceof Partitioning.Ntile
                        ? PartitionStrategy.NTILE
                        : PartitionStrategy.MINMAX;
        return config.with(SourceOptions.PARTITION_STRATEGY, strategy)
                .with(SourceOptions.PARTITION_COLUMN, by.column());
    }

    /** With ten tries to connect, and this {@code wal_sender_timeout}. */
    public static SourceConfig watchful(SourceConfig config, Duration walSenderTimeout) {
        return config.with(SourceOptions.WAL_SENDER_TIMEOUT, walSenderTimeout)
                .with(SourceOptions.KEEPALIVE_IDLE_INTERVAL, Duration.ofSeconds(10))
                .with(SourceOptions.MAX_RECONNECT_ATTEMPTS, 10);
    }

    /** With other tables. */
    public static SourceConfig selecting(SourceConfig config, TableSelector... tables) {
        return with(config, List.of(tables), config.stateDir(), config.restartsSnapshot());
    }

    /** A table with a division of its own, or, with null, that of the pipeline. */
    public static TableSelector named(String table, @Nullable Partitioning partitioning) {
        return new TableSelector.Named(QualifiedName.parse(table), partitioning);
    }

    /** With a state directory. */
    public static SourceConfig withStateDir(SourceConfig config, String stateDir) {
        return with(config, config.tables(), stateDir, config.restartsSnapshot());
    }

    private static SourceConfig with(
            SourceConfig config,
            List<TableSelector> tables,
            @Nullable String stateDir,
            boolean restartsSnapshot) {
        return new SourceConfig(
                config.connection(),
                config.pipeline(),
                tables,
                config.options(),
                stateDir,
                config.awaitCheckpoint(),
                restartsSnapshot,
                config.consumers());
    }
}
