package io.nanosync.flink.pg.config;

import static io.nanosync.flink.pg.config.SourceOption.Section.CONNECTION;
import static io.nanosync.flink.pg.config.SourceOption.Section.SNAPSHOT;
import static io.nanosync.flink.pg.config.SourceOption.Section.STREAM;
import static io.nanosync.flink.pg.config.SourceOption.Section.TUNING;

import java.time.Duration;
import java.util.List;

/** Every property of the source, in the order of the reference. */
public final class SourceOptions {

    public static final SourceOption<String> REPLICATION_SLOT =
            new SourceOption<>(
                    "replication_slot",
                    CONNECTION,
                    OptionType.slotName(),
                    null,
                    "Logical replication slot name. Created with pgoutput if it does not exist."
                            + " Default: `nanosync_slot_<pipeline>`.");
    public static final SourceOption<String> PUBLICATION =
            new SourceOption<>(
                    "publication",
                    CONNECTION,
                    OptionType.identifier(),
                    null,
                    "Publication name. Created for the configured table set if it does not exist."
                            + " Default: `nanosync_pub_<pipeline>`.");
    public static final SourceOption<StartupMode> STARTUP_MODE =
            new SourceOption<>(
                    "startup_mode",
                    CONNECTION,
                    OptionType.startupMode(),
                    "initial",
                    "Where a pipeline without state begins. `initial`: snapshot, then every change"
                        + " after it; with a slot that was made by hand, what it holds behind the"
                        + " snapshot. `snapshot`: the snapshot only; bounded, without a slot."
                        + " `latest`: changes from now on. `slot`: changes from where the existing"
                        + " slot was confirmed. `lsn:X/Y`: changes of the existing slot from that"
                        + " position on. For these two the slot has to be made after the"
                        + " publication.");

    public static final SourceOption<Integer> SNAPSHOT_WORKERS =
            new SourceOption<>(
                    "snapshot_workers",
                    SNAPSHOT,
                    OptionType.integer(1, 256),
                    "4",
                    "Table parts read at the same time during the snapshot, over the whole job."
                            + " Each opens a connection of its own. Always 1 on PostgreSQL older"
                            + " than 14.");
    public static final SourceOption<Integer> CHUNK_SIZE =
            new SourceOption<>(
                    "chunk_size",
                    SNAPSHOT,
                    OptionType.integer(1, 1_000_000),
                    "10000",
                    "Rows of a page, and so of a change batch, at most during the snapshot. Large"
                            + " rows are cut by bytes first.");
    public static final SourceOption<PartitionStrategy> PARTITION_STRATEGY =
            new SourceOption<>(
                    "partition_strategy",
                    SNAPSHOT,
                    OptionType.enumeration(PartitionStrategy.class),
                    "ctid",
                    "How the snapshot divides tables into parallel parts. `ctid`: by physical page"
                            + " range. `ntile`: by equal numbers of rows, in the order of"
                            + " `partition_column`. `minmax`: by equal ranges of its values, which"
                            + " are integers, `numeric`, floats, dates or timestamps. A table of"
                            + " its own shape can say its own, see `tables`.");
    public static final SourceOption<String> PARTITION_COLUMN =
            new SourceOption<>(
                    "partition_column",
                    SNAPSHOT,
                    OptionType.identifier(),
                    null,
                    "Column for `ntile` and `minmax`, named exactly as in the catalog. Required"
                            + " when `partition_strategy` is not `ctid`. An index on it saves"
                            + " reading the whole table for each part.");
    public static final SourceOption<Integer> CTID_PARTITION_BLOCKS =
            new SourceOption<>(
                    "ctid_partition_blocks",
                    SNAPSHOT,
                    OptionType.integer(1, 100_000_000),
                    "1000",
                    "Heap blocks (8 kB each) of a part. Only used with `ctid`.");

    public static final SourceOption<Boolean> WAL_HEARTBEAT_ENABLED =
            new SourceOption<>(
                    "wal_heartbeat_enabled",
                    STREAM,
                    OptionType.bool(),
                    "true",
                    "Write a small WAL message now and then, so that the slot moves on while the"
                            + " captured tables are idle and WAL doesn't pile up.");
    public static final SourceOption<Duration> WAL_HEARTBEAT_INTERVAL =
            new SourceOption<>(
                    "wal_heartbeat_interval",
                    STREAM,
                    OptionType.duration(Duration.ofMillis(100), Duration.ofHours(24), false),
                    "10s",
                    "Pause between these messages.");
    public static final SourceOption<Duration> WAL_SENDER_TIMEOUT =
            new SourceOption<>(
                    "wal_sender_timeout",
                    STREAM,
                    OptionType.duration(Duration.ofSeconds(1), Duration.ofHours(24), true),
                    "120s",
                    "Set on each replication connection: how long the server waits for a status"
                        + " update before it closes the connection. 0 for ever. None is sent while"
                        + " a row is being received: when a connection breaks at a row that takes"
                        + " longer, the next one gets four times as long.");
    public static final SourceOption<Duration> KEEPALIVE_IDLE_INTERVAL =
            new SourceOption<>(
                    "keepalive_idle_interval",
                    STREAM,
                    OptionType.duration(Duration.ofMillis(100), Duration.ofHours(1), false),
                    "10s",
                    "Longest pause between two status updates to the server. They come more often"
                            + " when a third of `wal_sender_timeout` is shorter.");
    public static final SourceOption<Integer> SLOT_LAG_ALERT_MB =
            new SourceOption<>(
                    "slot_lag_alert_mb",
                    STREAM,
                    OptionType.integer(0, Integer.MAX_VALUE),
                    "5000",
                    "Log a warning when the slot lags by more than this many MB. 0 for never.");
    public static final SourceOption<Boolean> FAILOVER_SLOTS =
            new SourceOption<>(
                    "failover_slots",
                    STREAM,
                    OptionType.bool(),
                    "false",
                    "Create the slot with `failover = true` (PostgreSQL 17 and newer), or turn that"
                            + " on for one that is there, so that it is synchronized to physical"
                            + " standbys. When one is promoted the pipeline goes on there by"
                            + " itself. Primary and standbys have to be set up for it.");
    public static final SourceOption<Boolean> BATCH_BOUNDARY_SIGNALING =
            new SourceOption<>(
                    "batch_boundary_signaling",
                    STREAM,
                    OptionType.bool(),
                    "false",
                    "Hold back each source transaction until its commit and deliver it whole, with"
                            + " its end marked, and never with a checkpoint inside of it. Small"
                            + " transactions may come together. What a transaction has beyond some"
                            + " memory waits on local disk, in `io.tmp.dirs` of Flink.");
    public static final SourceOption<Integer> MAX_RECONNECT_ATTEMPTS =
            new SourceOption<>(
                    "max_reconnect_attempts",
                    STREAM,
                    OptionType.integer(0, 1_000_000),
                    "5",
                    "Consecutive failures to reconnect before the job fails over.");
    public static final SourceOption<DriftPolicy> SCHEMA_DRIFT =
            new SourceOption<>(
                    "schema_drift",
                    STREAM,
                    OptionType.enumeration(DriftPolicy.class),
                    null,
                    "What happens at the first change under another schema than the one last"
                        + " accepted. `pause`: the stream stands still in front of it until"
                        + " `nanosync resume` accepts the schema. `accept_compatible`: it goes on"
                        + " by itself when all columns are still there, of the same types or wider"
                        + " ones, and new ones may be null and have no default; else as `pause`."
                        + " `fail`: the job ends in front of it. Default: `pause` in a pipelines"
                        + " file, else `fail`, since nobody can be asked there.");
    public static final SourceOption<UnrepresentablePolicy> UNREPRESENTABLE =
            new SourceOption<>(
                    "unrepresentable",
                    STREAM,
                    OptionType.enumeration(UnrepresentablePolicy.class),
                    "fail",
                    "What happens to a value that its Arrow type can't hold, such as a date beyond"
                            + " the range of 32-bit days or a numeric NaN in a decimal. `fail`:"
                            + " the job stops and names table and column. `null`: it arrives as"
                            + " null and is counted, except in columns of the primary key or the"
                            + " replica identity's index, where the job stops as well.");

    public static final SourceOption<Integer> CDC_CHANNEL_BUFFER_SIZE =
            new SourceOption<>(
                    "cdc_channel_buffer_size",
                    TUNING,
                    OptionType.integer(1, 16_777_216),
                    "131072",
                    "Changes held at most between the receiving thread and Flink. A limit in bytes"
                            + " holds beside it.");
    public static final SourceOption<Integer> NORMALIZE_BUFFER_HOURS =
            new SourceOption<>(
                    "normalize_buffer_hours",
                    TUNING,
                    OptionType.integer(0, 87_600),
                    "24",
                    "Hours of source time that capture may run ahead of what the sink has"
                            + " committed: beyond it the stream stands still at the end of a"
                            + " transaction until a checkpoint has completed. Counted from commit"
                            + " to commit, so time without changes doesn't count. 0 for no bound.");

    private static final List<SourceOption<?>> ALL =
            List.of(
                    REPLICATION_SLOT,
                    PUBLICATION,
                    STARTUP_MODE,
                    SNAPSHOT_WORKERS,
                    CHUNK_SIZE,
                    PARTITION_STRATEGY,
                    PARTITION_COLUMN,
                    CTID_PARTITION_BLOCKS,
                    WAL_HEARTBEAT_ENABLED,
                    WAL_HEARTBEAT_INTERVAL,
                    WAL_SENDER_TIMEOUT,
                    KEEPALIVE_IDLE_INTERVAL,
                    SLOT_LAG_ALERT_MB,
                    FAILOVER_SLOTS,
                    BATCH_BOUNDARY_SIGNALING,
                    MAX_RECONNECT_ATTEMPTS,
                    SCHEMA_DRIFT,
                    UNREPRESENTABLE,
                    CDC_CHANNEL_BUFFER_SIZE,
                    NORMALIZE_BUFFER_HOURS);

    private SourceOptions() {}

    /** All of them. */
    public static List<SourceOption<?>> all() {
        return ALL;
    }
}
