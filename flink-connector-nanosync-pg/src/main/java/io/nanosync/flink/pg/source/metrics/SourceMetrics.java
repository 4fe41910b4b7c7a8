package io.nanosync.flink.pg.source.metrics;

import io.nanosync.flink.pg.relation.QualifiedName;
import org.apache.flink.metrics.MetricGroup;

/** Names of the source's metrics and the groups they stand in. */
public final class SourceMetrics {

    /** Counter per table: rows of the snapshot emitted. */
    public static final String SNAPSHOT_ROWS = "ns_snapshot_rows_total";

    /** Counter per table: bytes of the batches with these rows. */
    public static final String SNAPSHOT_BYTES = "ns_snapshot_bytes_total";

    /** Counter per table: changes received from the slot and emitted. */
    public static final String CDC_EVENTS = "ns_cdc_events_total";

    /**
     * Gauge: seconds between the commit of the newest change emitted and now; 0 when nothing is
     * pending. A transaction that has come in part is pending.
     */
    public static final String REPLICATION_LAG_SECONDS = "ns_pipeline_replication_lag_seconds";

    /** Gauge per table: rows that the snapshot is expected to have; negative when unknown. */
    public static final String SNAPSHOT_ESTIMATED_ROWS = "ns_snapshot_estimated_rows";

    /** Gauge per table: splits that its snapshot is read in. */
    public static final String SNAPSHOT_SPLITS = "ns_snapshot_splits";

    /** Gauge per table: those of its splits that are read. */
    public static final String SNAPSHOT_SPLITS_READ = "ns_snapshot_splits_read";

    /** Gauge: 0 starting, 1 snapshot, 2 hand-over, 3 streaming, 4 finished (bounded only). */
    public static final String PHASE = "ns_pipeline_phase";

    /** Gauge: bytes of WAL behind the slot's confirmed position. */
    public static final String SLOT_LAG_BYTES = "ns_slot_lag_bytes";

    /**
     * Gauge: bytes of WAL that may be written before the slot may be lost to {@code
     * max_slot_wal_keep_size}; infinite without such a limit.
     */
    public static final String SLOT_SAFE_WAL_BYTES = "ns_slot_safe_wal_bytes";

    /** Gauge: values that the Arrow type couldn't hold and that became null. */
    public static final String UNREPRESENTABLE = "ns_unrepresentable_values_total";

    /** Counter: connections of the stream that were lost and made again. */
    public static final String RECONNECTS = "ns_stream_reconnects_total";

    /**
     * Gauge: 0 the stream is not read here, 1 connecting, 2 streaming, 3 waiting since another
     * process streams from the slot, 4 broken, to be connected anew, 5 standing still since it is
     * too far ahead of the sink, 6 paused in front of a changed schema.
     */
    public static final String STREAM_STATE = "ns_stream_state";

    /** Gauge, a text: what the stream waits for and until when; empty while it streams. */
    public static final String STREAM_STATUS = "ns_stream_status";

    /**
     * Gauge: seconds of source time between the oldest change that no completed checkpoint holds
     * and the newest that was read.
     */
    public static final String STREAM_LEAD_SECONDS = "ns_stream_lead_seconds";

    /** Gauge: bytes of transactions that are held back on local disk. */
    public static final String SPILLED_BYTES = "ns_stream_spilled_bytes";

    /** Gauge: 1 while the stream stands in front of a changed schema that nobody has accepted. */
    public static final String PAUSED = "ns_pipeline_paused";

    /** Counter: changed schemas under which the stream went on. */
    public static final String SCHEMA_CHANGES_ACCEPTED = "ns_schema_changes_accepted_total";

    private SourceMetrics() {}

    /** The group of a pipeline. */
    public static MetricGroup pipelineGroup(MetricGroup operator, String pipeline) {
        return operator.addGroup("pipeline", pipeline);
    }

    /** The group of a table in that of its pipeline. */
    public static MetricGroup tableGroup(MetricGroup pipeline, QualifiedName table) {
        return pipeline.addGroup("table", table.toString());
    }
}
