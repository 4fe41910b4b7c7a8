package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.DriftPolicy;
import io.nanosync.flink.pg.config.OptionValues;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;

/** The connector's settings in a bench: the defaults of the reference. */
final class SourceConfigs {

    /** Heap blocks a split: {@code ctid_partition_blocks}. */
    static final int PARTITION_BLOCKS =
            OptionValues.defaults().get(SourceOptions.CTID_PARTITION_BLOCKS);

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
                new TableSelector.Named(table, partitioning),
                OptionValues.defaults()
                        .with(SourceOptions.STARTUP_MODE, new StartupMode.Snapshot())
                        .with(SourceOptions.SNAPSHOT_WORKERS, workers));
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
                new TableSelector.Named(table),
                OptionValues.defaults()
                        .with(SourceOptions.STARTUP_MODE, new StartupMode.Slot())
                        .with(SourceOptions.REPLICATION_SLOT, slot)
                        .with(SourceOptions.PUBLICATION, publication)
                        .with(SourceOptions.BATCH_BOUNDARY_SIGNALING, whole));
    }

    /** A pipeline's own settings, for its snapshot alone: without a slot, without state. */
    static SourceConfig snapshotOf(SourceConfig pipeline, int workers) {
        return SourceConfig.of(
                pipeline.connection(),
                pipeline.pipeline(),
                pipeline.tables(),
                pipeline.options()
                        .with(SourceOptions.STARTUP_MODE, new StartupMode.Snapshot())
                        .with(SourceOptions.SNAPSHOT_WORKERS, workers)
                        .with(SourceOptions.SCHEMA_DRIFT, DriftPolicy.FAIL));
    }

    private static SourceConfig config(
            ConnectionConfig connection, TableSelector table, OptionValues options) {
        return SourceConfig.of(connection, "bench", List.of(table), options);
    }
}
