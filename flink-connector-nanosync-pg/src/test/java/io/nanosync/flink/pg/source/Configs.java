package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.SourceConfig;
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
 * Source configurations for tests: small splits and pages, so that small tables have many of them.
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
        List<TableSelector> selectors = Stream.of(tables).map(TableSelector::parse).toList();
        return new SourceConfig(
                connection,
                pipeline,
                selectors,
                "nanosync_slot_" + pipeline,
                "nanosync_pub_" + pipeline,
                startup,
                new SourceConfig.Snapshot(3, 500, 8, 1 << 20),
                new SourceConfig.Stream(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(1),
                        5000,
                        false,
                        5,
                        131_072,
                        false,
                        null),
                SourceConfig.UnrepresentablePolicy.FAIL,
                null,
                true,
                true);
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
        return with(
                config,
                config.tables(),
                config.snapshot(),
                config.stream(),
                config.stateDir(),
                false);
    }

    /** With a snapshot that is read so. */
    public static SourceConfig with(SourceConfig config, SourceConfig.Snapshot snapshot) {
        return with(
                config,
                config.tables(),
                snapshot,
                config.stream(),
                config.stateDir(),
                config.restartsSnapshot());
    }

    /** With another division of tables that say nothing else. */
    public static SourceConfig dividedBy(SourceConfig config, Partitioning partitioning) {
        SourceConfig.Snapshot snapshot = config.snapshot();
        return with(
                config,
                new SourceConfig.Snapshot(
                        snapshot.workers(),
                        snapshot.chunkRows(),
                        snapshot.partitionBlocks(),
                        snapshot.batchBytes(),
                        partitioning));
    }

    /** With another publication. */
    public static SourceConfig published(SourceConfig config, String publication) {
        return new SourceConfig(
                config.connection(),
                config.pipeline(),
                config.tables(),
                config.slot(),
                publication,
                config.startup(),
                config.snapshot(),
                config.stream(),
                config.unrepresentable(),
                config.stateDir(),
                config.awaitCheckpoint(),
                config.restartsSnapshot());
    }

    /** With a slot that is synchronized to standbys, or one that isn't. */
    public static SourceConfig withFailoverSlot(SourceConfig config, boolean failover) {
        SourceConfig.Stream stream = config.stream();
        return streaming(
                config, failover, stream.maxReconnectAttempts(), stream.wholeTransactions());
    }

    /** With other pages of the snapshot. */
    public static SourceConfig withPagesOf(SourceConfig config, int rows) {
        SourceConfig.Snapshot snapshot = config.snapshot();
        return with(
                config,
                new SourceConfig.Snapshot(
                        snapshot.workers(),
                        rows,
                        snapshot.partitionBlocks(),
                        snapshot.batchBytes(),
                        snapshot.partitioning()));
    }

    /** With a stream that is read so. */
    public static SourceConfig with(SourceConfig config, SourceConfig.Stream stream) {
        return with(
                config,
                config.tables(),
                config.snapshot(),
                stream,
                config.stateDir(),
                config.restartsSnapshot());
    }

    /** With heartbeats each second, ten tries to connect, and this {@code wal_sender_timeout}. */
    public static SourceConfig watchful(SourceConfig config, Duration walSenderTimeout) {
        return with(
                config,
                new SourceConfig.Stream(
                        Duration.ofSeconds(1),
                        walSenderTimeout,
                        Duration.ofSeconds(10),
                        5000,
                        false,
                        10,
                        131_072,
                        false,
                        null));
    }

    /** With so many tries to connect the stream anew. */
    public static SourceConfig reconnecting(SourceConfig config, int attempts) {
        SourceConfig.Stream stream = config.stream();
        return streaming(config, stream.failoverSlot(), attempts, stream.wholeTransactions());
    }

    /** With transactions that come whole. */
    public static SourceConfig ofWholeTransactions(SourceConfig config) {
        SourceConfig.Stream stream = config.stream();
        return streaming(config, stream.failoverSlot(), stream.maxReconnectAttempts(), true);
    }

    private static SourceConfig streaming(
            SourceConfig config,
            boolean failoverSlot,
            int reconnectAttempts,
            boolean wholeTransactions) {
        SourceConfig.Stream stream = config.stream();
        return with(
                config,
                new SourceConfig.Stream(
                        stream.heartbeatInterval(),
                        stream.walSenderTimeout(),
                        stream.keepaliveIdleInterval(),
                        stream.slotLagAlertMb(),
                        failoverSlot,
                        reconnectAttempts,
                        stream.bufferEvents(),
                        wholeTransactions,
                        stream.mostAhead()));
    }

    /** With other tables. */
    public static SourceConfig selecting(SourceConfig config, TableSelector... tables) {
        return with(
                config,
                List.of(tables),
                config.snapshot(),
                config.stream(),
                config.stateDir(),
                config.restartsSnapshot());
    }

    /** A table with a division of its own, or, with null, that of the pipeline. */
    public static TableSelector named(String table, @Nullable Partitioning partitioning) {
        return new TableSelector.Named(QualifiedName.parse(table), partitioning);
    }

    /** With a state directory. */
    public static SourceConfig withStateDir(SourceConfig config, String stateDir) {
        return with(
                config,
                config.tables(),
                config.snapshot(),
                config.stream(),
                stateDir,
                config.restartsSnapshot());
    }

    private static SourceConfig with(
            SourceConfig config,
            List<TableSelector> tables,
            SourceConfig.Snapshot snapshot,
            SourceConfig.Stream stream,
            @Nullable String stateDir,
            boolean restartsSnapshot) {
        return new SourceConfig(
                config.connection(),
                config.pipeline(),
                tables,
                config.slot(),
                config.publication(),
                config.startup(),
                snapshot,
                stream,
                config.unrepresentable(),
                stateDir,
                config.awaitCheckpoint(),
                restartsSnapshot,
                config.appliedKey(),
                config.drift());
    }
}
