package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.time.Duration;
import java.util.List;

/** The connector's settings in a bench: the defaults of the reference. */
final class SourceConfigs {

    /** Heap blocks a split: {@code ctid_partition_blocks}. */
    static final int PARTITION_BLOCKS = 1_000;

    private static final int CHUNK_ROWS = 10_000;
    private static final long BATCH_BYTES = 8L << 20;

    private SourceConfigs() {}

    static SourceConfig snapshot(ConnectionConfig connection, QualifiedName table, int workers) {
        return snapshot(connection, table, workers, new Partitioning.Ctid());
    }

    static SourceConfig snapshot(
            ConnectionConfig connection,
            QualifiedName table,
            int workers,
            Partitioning partitioning) {
        return config(
                connection,
                table,
                new StartupMode.Snapshot(),
                "unused",
                "unused",
                workers,
                partitioning,
                false);
    }

    /**
     * @param whole transactions come whole
     */
    static SourceConfig stream(
            ConnectionConfig connection,
            QualifiedName table,
            String slot,
            String publication,
            boolean whole) {
        return config(
                connection,
                table,
                new StartupMode.Slot(),
                slot,
                publication,
                1,
                new Partitioning.Ctid(),
                whole);
    }

    /** A pipeline's own settings, for its snapshot alone: without a slot, without state. */
    static SourceConfig snapshotOf(SourceConfig pipeline, int workers) {
        SourceConfig.Snapshot snapshot = pipeline.snapshot();
        return new SourceConfig(
                pipeline.connection(),
                pipeline.pipeline(),
                pipeline.tables(),
                pipeline.slot(),
                pipeline.publication(),
                new StartupMode.Snapshot(),
                new SourceConfig.Snapshot(
                        workers,
                        snapshot.chunkRows(),
                        snapshot.partitionBlocks(),
                        snapshot.batchBytes(),
                        snapshot.partitioning()),
                pipeline.stream(),
                pipeline.unrepresentable(),
                null,
                false,
                false);
    }

    private static SourceConfig config(
            ConnectionConfig connection,
            QualifiedName table,
            StartupMode startup,
            String slot,
            String publication,
            int workers,
            Partitioning partitioning,
            boolean whole) {
        return new SourceConfig(
                connection,
                "bench",
                List.of(new TableSelector.Named(table)),
                slot,
                publication,
                startup,
                new SourceConfig.Snapshot(
                        workers, CHUNK_ROWS, PARTITION_BLOCKS, BATCH_BYTES, partitioning),
                new SourceConfig.Stream(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(120),
                        Duration.ofSeconds(10),
                        5_000,
                        false,
                        5,
                        131_072,
                        whole,
                        null),
                SourceConfig.UnrepresentablePolicy.FAIL,
                null,
                false,
                false);
    }
}
