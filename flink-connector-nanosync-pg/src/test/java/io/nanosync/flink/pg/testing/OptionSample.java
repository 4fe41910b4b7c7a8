package io.nanosync.flink.pg.testing;

import io.nanosync.flink.pg.config.DriftPolicy;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOption;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.config.UnrepresentablePolicy;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An option with a value that isn't its default: how that is written, and where a configuration
 * shows it.
 *
 * @param option the option
 * @param text the value as a user writes it
 * @param beside what has to be given with it, by name
 * @param accessor what shows the value
 * @param byDefault what that shows of a pipeline {@code p} for which nothing was given
 * @param given what it shows of this value
 */
public record OptionSample(
        SourceOption<?> option,
        String text,
        Map<String, String> beside,
        Function<SourceConfig, @Nullable Object> accessor,
        @Nullable Object byDefault,
        @Nullable Object given) {

    private static final QualifiedName TABLE = new QualifiedName("s", "t");

    private static OptionSample of(
            SourceOption<?> option,
            String text,
            Function<SourceConfig, @Nullable Object> accessor,
            @Nullable Object byDefault,
            @Nullable Object given) {
        return new OptionSample(option, text, Map.of(), accessor, byDefault, given);
    }

    /** One of each option. */
    public static List<OptionSample> all() {
        return List.of(
                of(
                        SourceOptions.REPLICATION_SLOT,
                        "my_slot",
                        SourceConfig::slot,
                        "nanosync_slot_p",
                        "my_slot"),
                of(
                        SourceOptions.PUBLICATION,
                        "My Pub",
                        SourceConfig::publication,
                        "nanosync_pub_p",
                        "My Pub"),
                of(
                        SourceOptions.STARTUP_MODE,
                        "lsn:16/B374D848",
                        SourceConfig::startup,
                        new StartupMode.Initial(),
                        new StartupMode.At(Lsn.parse("16/B374D848"))),
                of(SourceOptions.SNAPSHOT_WORKERS, "7", SourceConfig::snapshotWorkers, 4, 7),
                of(SourceOptions.CHUNK_SIZE, "500", SourceConfig::chunkRows, 10_000, 500),
                new OptionSample(
                        SourceOptions.PARTITION_STRATEGY,
                        "ntile",
                        Map.of("partition_column", "c"),
                        config -> config.partitioning(TABLE),
                        new Partitioning.Ctid(),
                        new Partitioning.Ntile("c")),
                new OptionSample(
                        SourceOptions.PARTITION_COLUMN,
                        "Odd c",
                        Map.of("partition_strategy", "minmax"),
                        config -> config.partitioning(TABLE),
                        new Partitioning.Ctid(),
                        new Partitioning.Minmax("Odd c")),
                of(
                        SourceOptions.CTID_PARTITION_BLOCKS,
                        "64",
                        SourceConfig::partitionBlocks,
                        1000,
                        64),
                of(
                        SourceOptions.WAL_HEARTBEAT_ENABLED,
                        "false",
                        SourceConfig::heartbeatInterval,
                        Duration.ofSeconds(10),
                        null),
                of(
                        SourceOptions.WAL_HEARTBEAT_INTERVAL,
                        "3s",
                        SourceConfig::heartbeatInterval,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(3)),
                of(
                        SourceOptions.WAL_SENDER_TIMEOUT,
                        "0",
                        SourceConfig::walSenderTimeout,
                        Duration.ofSeconds(120),
                        Duration.ZERO),
                of(
                        SourceOptions.KEEPALIVE_IDLE_INTERVAL,
                        "500ms",
                        SourceConfig::keepaliveIdleInterval,
                        Duration.ofSeconds(10),
                        Duration.ofMillis(500)),
                of(SourceOptions.SLOT_LAG_ALERT_MB, "0", SourceConfig::slotLagAlertMb, 5000, 0),
                of(SourceOptions.FAILOVER_SLOTS, "true", SourceConfig::failoverSlot, false, true),
                of(
                        SourceOptions.BATCH_BOUNDARY_SIGNALING,
                        "true",
                        SourceConfig::wholeTransactions,
                        false,
                        true),
                of(
                        SourceOptions.MAX_RECONNECT_ATTEMPTS,
                        "9",
                        SourceConfig::maxReconnectAttempts,
                        5,
                        9),
                of(
                        SourceOptions.SCHEMA_DRIFT,
                        "accept_compatible",
                        SourceConfig::drift,
                        DriftPolicy.FAIL,
                        DriftPolicy.ACCEPT_COMPATIBLE),
                of(
                        SourceOptions.UNREPRESENTABLE,
                        "null",
                        SourceConfig::unrepresentable,
                        UnrepresentablePolicy.FAIL,
                        UnrepresentablePolicy.NULL),
                of(
                        SourceOptions.CDC_CHANNEL_BUFFER_SIZE,
                        "100",
                        SourceConfig::bufferEvents,
                        131_072,
                        100),
                of(
                        SourceOptions.NORMALIZE_BUFFER_HOURS,
                        "0",
                        SourceConfig::mostAhead,
                        Duration.ofHours(24),
                        null));
    }

    /** All that has to be given for it, by name. */
    public Map<String, String> texts() {
        Map<String, String> texts = new HashMap<>(beside);
        texts.put(option.name(), text);
        return texts;
    }

    /** What a configuration shows. */
    public @Nullable Object shown(SourceConfig config) {
        return accessor.apply(config);
    }

    @Override
    public String toString() {
        return option.name();
    }
}
