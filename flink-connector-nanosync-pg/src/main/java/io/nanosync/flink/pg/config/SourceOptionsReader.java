package io.nanosync.flink.pg.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one set of properties and collects what is wrong with it. */
final class SourceOptionsReader {

    /** Bytes of a change batch; large rows reach it before {@code chunk_size}. */
    private static final long BATCH_BYTES = 4L << 20;

    private final Map<String, String> values;
    private final NameStyle style;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<SourceOption<?>, Object> read = new HashMap<>();

    SourceOptionsReader(Map<String, String> values, NameStyle style) {
        this.values = values;
        this.style = style;
    }

    Checked<SourceProperties> read() {
        readAll();
        Partitioning partitioning = partitioning();
        return partitioning == null || !problems.isEmpty()
                ? Checked.of(null, problems)
                : Checked.of(properties(partitioning), problems);
    }

    Checked<Partitioning> readPartitioning() {
        readAll();
        return Checked.of(partitioning(), problems);
    }

    private void readAll() {
        Map<String, SourceOption<?>> known = new HashMap<>();
        SourceOptions.all().forEach(option -> known.put(style.of(option), option));
        List<String> names = SourceOptions.all().stream().map(style::of).toList();
        values.forEach(
                (name, text) -> {
                    SourceOption<?> option = known.get(name);
                    if (option == null) {
                        problems.add(unknown(name, names));
                    } else {
                        read(option, name, text);
                    }
                });
    }

    private static Problem unknown(String name, List<String> names) {
        String nearest = NearestName.of(name, names);
        return new Problem(
                name,
                null,
                "unknown property",
                nearest == null ? "one of " + String.join(", ", names) : null,
                nearest);
    }

    private <T> void read(SourceOption<T> option, String name, String text) {
        T value = option.type().read(text, name, problems);
        if (value != null) {
            read.put(option, value);
        }
    }

    /** How tables are divided; null when something is wrong with it. */
    private @Nullable Partitioning partitioning() {
        PartitionStrategy strategy = required(SourceOptions.PARTITION_STRATEGY);
        String column = value(SourceOptions.PARTITION_COLUMN);
        boolean readable =
                isReadable(SourceOptions.PARTITION_STRATEGY)
                        && isReadable(SourceOptions.PARTITION_COLUMN);
        if (!readable) {
            return null;
        }
        if (strategy == PartitionStrategy.CTID && column != null) {
            problems.add(
                    Problem.of(
                            style.of(SourceOptions.PARTITION_COLUMN),
                            "has no effect, since "
                                    + style.of(SourceOptions.PARTITION_STRATEGY)
                                    + " is ctid, which divides by pages",
                            style.of(SourceOptions.PARTITION_STRATEGY)
                                    + ": ntile or minmax with it"));
            return null;
        }
        if (strategy == PartitionStrategy.CTID) {
            return new Partitioning.Ctid();
        }
        if (column == null) {
            problems.add(
                    Problem.of(
                            style.of(SourceOptions.PARTITION_COLUMN),
                            "missing, although "
                                    + style.of(SourceOptions.PARTITION_STRATEGY)
                                    + " is not ctid",
                            "the column to divide by"));
            return null;
        }
        return strategy == PartitionStrategy.NTILE
                ? new Partitioning.Ntile(column)
                : new Partitioning.Minmax(column);
    }

    /** Whether an option was left out or has a value that it takes. */
    private boolean isReadable(SourceOption<?> option) {
        return !values.containsKey(style.of(option)) || read.containsKey(option);
    }

    private SourceProperties properties(Partitioning partitioning) {
        return new SourceProperties(
                value(SourceOptions.REPLICATION_SLOT),
                value(SourceOptions.PUBLICATION),
                required(SourceOptions.STARTUP_MODE),
                new SourceConfig.Snapshot(
                        required(SourceOptions.SNAPSHOT_WORKERS),
                        required(SourceOptions.CHUNK_SIZE),
                        required(SourceOptions.CTID_PARTITION_BLOCKS),
                        BATCH_BYTES,
                        partitioning),
                new SourceConfig.Stream(
                        required(SourceOptions.WAL_HEARTBEAT_ENABLED)
                                ? required(SourceOptions.WAL_HEARTBEAT_INTERVAL)
                                : null,
                        required(SourceOptions.WAL_SENDER_TIMEOUT),
                        required(SourceOptions.KEEPALIVE_IDLE_INTERVAL),
                        required(SourceOptions.SLOT_LAG_ALERT_MB),
                        required(SourceOptions.FAILOVER_SLOTS),
                        required(SourceOptions.MAX_RECONNECT_ATTEMPTS),
                        required(SourceOptions.CDC_CHANNEL_BUFFER_SIZE),
                        required(SourceOptions.BATCH_BOUNDARY_SIGNALING),
                        mostAhead(required(SourceOptions.NORMALIZE_BUFFER_HOURS))),
                required(SourceOptions.UNREPRESENTABLE),
                value(SourceOptions.SCHEMA_DRIFT));
    }

    private static @Nullable Duration mostAhead(int hours) {
        return hours == 0 ? null : Duration.ofHours(hours);
    }

    /** What was read, else the default; null without either. */
    @SuppressWarnings("unchecked") // read(option, …) puts the option's own type
    private <T> @Nullable T value(SourceOption<T> option) {
        Object value = read.get(option);
        String defaultText = option.defaultText();
        return value == null && defaultText != null ? option.type().parse(defaultText) : (T) value;
    }

    private <T> T required(SourceOption<T> option) {
        T value = value(option);
        if (value == null) {
            throw new IllegalStateException("The default of " + option.name() + " is not valid");
        }
        return value;
    }
}
