package io.nanosync.flink.pg.source.metrics;

import static io.nanosync.flink.pg.source.metrics.Label.OPERATION;
import static io.nanosync.flink.pg.source.metrics.Label.PIPELINE;
import static io.nanosync.flink.pg.source.metrics.Label.TABLE;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the connector's own. They are registered by these definitions alone, but for those
 * of {@link Place#JOB}, and the reference page is rendered from them.
 */
public enum SourceMetric {
    RESTARTS(
            "ns_pipeline_restarts_total",
            Kind.COUNTER,
            Unit.NONE,
            Place.JOB,
            List.of(PIPELINE),
            "How often Flink has started the pipeline's job, or a part of it, anew since the job"
                    + " was submitted to this JobManager (Flink's `numRestarts`). Unlike the other"
                    + " metrics it is there between two attempts, too."),
    PHASE(
            "ns_pipeline_phase",
            Kind.GAUGE,
            Unit.NONE,
            Place.JOB_MANAGER,
            List.of(PIPELINE),
            "What the pipeline does: 0 starting, 1 snapshot, 2 hand-over, 3 streaming, 4 finished"
                    + " (bounded only)."),
    SLOT_LAG_BYTES(
            "ns_slot_lag_bytes",
            Kind.GAUGE,
            Unit.BYTES,
            Place.JOB_MANAGER,
            List.of(PIPELINE),
            "WAL behind the slot's confirmed position, as it was seen last, seconds ago. PostgreSQL"
                    + " keeps this much for it at least. 0 before there is a slot."),
    SLOT_SAFE_WAL_BYTES(
            "ns_slot_safe_wal_bytes",
            Kind.GAUGE,
            Unit.BYTES,
            Place.JOB_MANAGER,
            List.of(PIPELINE),
            "WAL that may be written before the slot may be lost to `max_slot_wal_keep_size`;"
                    + " infinite without such a limit."),
    SLOT_WAL_STATUS(
            "ns_slot_wal_status",
            Kind.GAUGE,
            Unit.NONE,
            Place.JOB_MANAGER,
            List.of(PIPELINE),
            "`wal_status` of the slot, the worse the larger: 0 not seen yet, 1 reserved, 2 extended"
                + " (more than `max_wal_size` is kept), 3 unreserved (the next checkpoint of the"
                + " server may lose it), 4 lost."),
    SNAPSHOT_ESTIMATED_ROWS(
            "ns_snapshot_estimated_rows",
            Kind.GAUGE,
            Unit.ROWS,
            Place.JOB_MANAGER,
            List.of(PIPELINE, TABLE),
            "Rows that the snapshot of the table is expected to have; negative when unknown."),
    SNAPSHOT_SPLITS(
            "ns_snapshot_splits",
            Kind.GAUGE,
            Unit.SPLITS,
            Place.JOB_MANAGER,
            List.of(PIPELINE, TABLE),
            "Splits that the snapshot of the table is read in."),
    SNAPSHOT_SPLITS_READ(
            "ns_snapshot_splits_read",
            Kind.GAUGE,
            Unit.SPLITS,
            Place.JOB_MANAGER,
            List.of(PIPELINE, TABLE),
            "Those of its splits that are read, before a restart of the job too."),
    SNAPSHOT_ROWS(
            "ns_snapshot_rows_total",
            Kind.COUNTER,
            Unit.ROWS,
            Place.TASK,
            List.of(PIPELINE, TABLE),
            "Rows of the snapshot emitted."),
    SNAPSHOT_BYTES(
            "ns_snapshot_bytes_total",
            Kind.COUNTER,
            Unit.BYTES,
            Place.TASK,
            List.of(PIPELINE, TABLE),
            "Bytes of the Arrow batches with these rows."),
    CDC_EVENTS(
            "ns_cdc_events_total",
            Kind.COUNTER,
            Unit.CHANGES,
            Place.TASK,
            List.of(PIPELINE, TABLE, OPERATION),
            "Changes received from the slot and emitted. `operation` is `insert`, `update`,"
                    + " `delete` or `truncate`; a TRUNCATE is one change of each of its tables."),
    REPLICATION_LAG_SECONDS(
            "ns_pipeline_replication_lag_seconds",
            Kind.GAUGE,
            Unit.SECONDS,
            Place.STREAM,
            List.of(PIPELINE),
            "How far the sink is behind the source: how long ago the oldest change was committed"
                    + " on the source that isn't committed by the sink, which it is with the"
                    + " completed checkpoint that holds it. 0 when nothing is pending. Of WAL that"
                    + " the server has and that hasn't come, nobody knows what it holds: it counts"
                    + " from when it was first seen, and without a word from the server all counts"
                    + " that may have been written since its last."),
    STREAM_STATE(
            "ns_stream_state",
            Kind.GAUGE,
            Unit.NONE,
            Place.TASK,
            List.of(PIPELINE),
            "What the stream does: 0 not read by this subtask, 1 connecting, 2 streaming, 3 waiting"
                + " since another process streams from the slot, 4 broken, to be connected anew, 5"
                + " standing still since it is further ahead of the sink than"
                + " `normalize_buffer_hours` allows, 6 paused in front of a changed schema."),
    PAUSED(
            "ns_pipeline_paused",
            Kind.GAUGE,
            Unit.NONE,
            Place.TASK,
            List.of(PIPELINE),
            "1 while the stream stands in front of a changed schema that nobody has accepted."),
    SCHEMA_CHANGES_ACCEPTED(
            "ns_schema_changes_accepted_total",
            Kind.COUNTER,
            Unit.NONE,
            Place.TASK,
            List.of(PIPELINE),
            "Changed schemas under which the stream went on."),
    STREAM_STATUS(
            "ns_stream_status",
            Kind.TEXT,
            Unit.NONE,
            Place.TASK,
            List.of(PIPELINE),
            "What the stream waits for and until when; empty while it streams."),
    STREAM_LEAD_SECONDS(
            "ns_stream_lead_seconds",
            Kind.GAUGE,
            Unit.SECONDS,
            Place.STREAM,
            List.of(PIPELINE),
            "Source time between the oldest change that no completed checkpoint holds and the"
                    + " newest that was read: what `normalize_buffer_hours` bounds. 0 when"
                    + " checkpoints hold all that was read."),
    SPILLED_BYTES(
            "ns_stream_spilled_bytes",
            Kind.GAUGE,
            Unit.BYTES,
            Place.STREAM,
            List.of(PIPELINE),
            "Transactions that are held back on local disk until they end, and those that ended"
                    + " and aren't emitted (`batch_boundary_signaling`)."),
    RECEIVED_LSN(
            "ns_stream_received_lsn",
            Kind.GAUGE,
            Unit.LSN,
            Place.STREAM,
            List.of(PIPELINE),
            "How far the WAL has come through the slot, whether it had changes of captured tables"
                    + " or not."),
    EMITTED_LSN(
            "ns_stream_emitted_lsn",
            Kind.GAUGE,
            Unit.LSN,
            Place.STREAM,
            List.of(PIPELINE),
            "Up to where all is emitted: the end of the last transaction emitted whole, or a later"
                    + " place in front of which nothing was pending."),
    CONFIRMED_LSN(
            "ns_stream_confirmed_lsn",
            Kind.GAUGE,
            Unit.LSN,
            Place.STREAM,
            List.of(PIPELINE),
            "Up to where the slot was confirmed last: what the newest completed checkpoint holds."
                    + " `confirmed_flush_lsn` of `pg_replication_slots`. 0 before the first time."),
    TRANSACTIONS(
            "ns_stream_transactions_total",
            Kind.COUNTER,
            Unit.TRANSACTIONS,
            Place.STREAM,
            List.of(PIPELINE),
            "Source transactions with changes of captured tables that were emitted to their end."),
    QUEUE_CHANGES(
            "ns_stream_queue_events",
            Kind.GAUGE,
            Unit.CHANGES,
            Place.STREAM,
            List.of(PIPELINE),
            "Changes that were handed over and aren't emitted: at most `cdc_channel_buffer_size`,"
                    + " or those of some transactions where they come whole."),
    QUEUE_BYTES(
            "ns_stream_queue_bytes",
            Kind.GAUGE,
            Unit.BYTES,
            Place.STREAM,
            List.of(PIPELINE),
            "Bytes of their Arrow batches."),
    QUEUE_FILL(
            "ns_stream_queue_fill",
            Kind.GAUGE,
            Unit.NONE,
            Place.STREAM,
            List.of(PIPELINE),
            "Which part of the hand-over from the fetcher to the task is taken, from 0 to 1. It"
                    + " takes a few fetches, and each fetch at most its part of"
                    + " `cdc_channel_buffer_size` changes."),
    THROTTLED(
            "ns_stream_throttled",
            Kind.GAUGE,
            Unit.NONE,
            Place.STREAM,
            List.of(PIPELINE),
            "1 while the stream isn't read on since the sink is behind: the hand-over is full, or"
                    + " `normalize_buffer_hours` is reached. Else 0."),
    RECONNECTS(
            "ns_stream_reconnects_total",
            Kind.COUNTER,
            Unit.CONNECTIONS,
            Place.STREAM,
            List.of(PIPELINE),
            "Connections of the stream that were lost, to be made again."),
    HEARTBEAT_AGE_SECONDS(
            "ns_stream_heartbeat_age_seconds",
            Kind.GAUGE,
            Unit.SECONDS,
            Place.STREAM,
            List.of(PIPELINE),
            "How long ago the newest heartbeat was written that has come back through the slot, or"
                    + " the stream began. Without heartbeats there is no such metric."),
    UNREPRESENTABLE(
            "ns_unrepresentable_values_total",
            Kind.COUNTER,
            Unit.VALUES,
            Place.TASK,
            List.of(PIPELINE),
            "Values that became null since their Arrow type can't hold them (`unrepresentable:"
                    + " null`)."),
    SQL_UNREPRESENTABLE(
            "ns_sql_unrepresentable_values_total",
            Kind.COUNTER,
            Unit.VALUES,
            Place.SQL,
            List.of(TABLE),
            "Values that became null since their declared type can't hold them."),
    SQL_UNCHANGED_TOAST(
            "ns_sql_unchanged_toast_nulls_total",
            Kind.COUNTER,
            Unit.NONE,
            Place.SQL,
            List.of(TABLE),
            "Large values that became null since PostgreSQL didn't send them (`'toast' ="
                    + " 'null'`)."),
    SQL_READ_AGAIN(
            "ns_sql_reread_values_total",
            Kind.COUNTER,
            Unit.VALUES,
            Place.SQL,
            List.of(TABLE),
            "Large values that were read again since PostgreSQL didn't send them (`'toast' ="
                    + " 'reselect'`)."),
    SQL_GONE(
            "ns_sql_gone_row_updates_total",
            Kind.COUNTER,
            Unit.NONE,
            Place.SQL,
            List.of(TABLE),
            "Updates whose row was gone when its large values were to be read again: left out by"
                    + " `upsert`, with nulls there in `append`."),
    SQL_IGNORED_TRUNCATES(
            "ns_sql_ignored_truncates_total",
            Kind.COUNTER,
            Unit.NONE,
            Place.SQL,
            List.of(TABLE),
            "TRUNCATEs that were left out (`'truncate' = 'ignore'`).");

    /** What values there are. */
    public enum Kind {
        /** A whole number that only grows. */
        COUNTER("counter"),
        /** A number. */
        GAUGE("gauge"),
        /** A gauge whose value is a text. */
        TEXT("gauge, a text");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** In words. */
        public String text() {
            return text;
        }
    }

    /** Where a metric is registered. */
    public enum Place {
        /** Registered by Flink; whoever reads metrics gives it the name and the label. */
        JOB("Of the pipeline's job, which Flink counts on the JobManager"),
        JOB_MANAGER("Of the pipeline, on the JobManager"),
        TASK("Of each source task"),
        /** Registered when the stream is assigned. */
        STREAM("Of the source task that has the stream"),
        SQL("Of Flink SQL, beside each source task");

        private final String title;

        Place(String title) {
            this.title = title;
        }

        /** A heading. */
        public String title() {
            return title;
        }
    }

    /** The name under which Flink has {@link #RESTARTS}, in the metrics of a job. */
    public static final String RESTARTS_AT_FLINK = "numRestarts";

    private final String id;
    private final Kind kind;
    private final Unit unit;
    private final Place place;
    private final List<Label> labels;
    private final String description;

    SourceMetric(
            String id, Kind kind, Unit unit, Place place, List<Label> labels, String description) {
        this.id = id;
        this.kind = kind;
        this.unit = unit;
        this.place = place;
        this.labels = labels;
        this.description = description;
    }

    /** The metric of this name; null for one that isn't the connector's own. */
    public static @Nullable SourceMetric named(String id) {
        return Stream.of(values()).filter(metric -> metric.id.equals(id)).findFirst().orElse(null);
    }

    /** Its name where metrics are read. */
    public String id() {
        return id;
    }

    /** What values it has. */
    public Kind kind() {
        return kind;
    }

    /** What it counts. */
    public Unit unit() {
        return unit;
    }

    /** Where it is registered. */
    public Place place() {
        return place;
    }

    /** By what it is told apart, in the order of the groups it stands in. */
    public List<Label> labels() {
        return labels;
    }

    /** Sentences for the reference. */
    public String description() {
        return description;
    }

    /** Registers a counter; the same one when this scope has it. */
    public Counter counter(MetricScope scope) {
        return counter(scope, new SimpleCounter());
    }

    /** Registers a counter that is counted elsewhere. */
    public void counter(MetricScope scope, LongSupplier count) {
        counter(scope, new CounterView(count));
    }

    private Counter counter(MetricScope scope, Counter counter) {
        return group(scope, Kind.COUNTER).counter(id, counter);
    }

    /** Registers a gauge of numbers. */
    public void gauge(MetricScope scope, Gauge<? extends Number> gauge) {
        group(scope, Kind.GAUGE).gauge(id, gauge);
    }

    /** Registers a gauge of texts. */
    public void text(MetricScope scope, Gauge<String> gauge) {
        group(scope, Kind.TEXT).gauge(id, gauge);
    }

    private MetricGroup group(MetricScope scope, Kind asked) {
        if (asked != kind || !scope.labels().equals(labels)) {
            throw new IllegalArgumentException(
                    "Metric "
                            + id
                            + " is a "
                            + kind
                            + " of "
                            + labels
                            + ", not a "
                            + asked
                            + " of "
                            + scope.labels());
        }
        return scope.group();
    }
}
