package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Everything the source needs to know, validated.
 *
 * @param connection how to reach the database
 * @param pipeline the pipeline's name
 * @param tables what to capture
 * @param options how, see {@link SourceOptions}; each has an accessor here
 * @param stateDir folder of the pipeline for intents, as a URI of any Flink file system; null in
 *     SQL and DataStream use
 * @param awaitCheckpoint whether one checkpoint completes before the first split is handed out; set
 *     where checkpointing is known to be on
 * @param restartsSnapshot whether a lost snapshot may start over with a truncate; false where
 *     consumers have no truncate (SQL)
 * @param consumers what becomes of which tables; several may take the same one. Empty where all of
 *     every table is wanted, and no changes are applied by a key
 */
@Internal
public record SourceConfig(
        ConnectionConfig connection,
        String pipeline,
        List<TableSelector> tables,
        OptionValues options,
        @Nullable String stateDir,
        boolean awaitCheckpoint,
        boolean restartsSnapshot,
        List<Consumer> consumers)
        implements Serializable {

    /** Bytes of a change batch at about most; large rows reach it before {@code chunk_size}. */
    private static final long BATCH_BYTES = 4L << 20;

    public SourceConfig {
        tables = List.copyOf(tables);
        consumers = List.copyOf(consumers);
        if (consumers.stream().anyMatch(consumer -> consumer.wanted().rows() != null)
                && !(options.get(SourceOptions.STARTUP_MODE) instanceof StartupMode.Snapshot)) {
            throw new IllegalArgumentException(
                    "Pipeline "
                            + pipeline
                            + " reads changes, which need all rows in front of them");
        }
        if (stateDir == null && options.find(SourceOptions.SCHEMA_DRIFT) == DriftPolicy.PAUSE) {
            throw new IllegalArgumentException(
                    "Pipeline "
                            + pipeline
                            + " has no state directory, where somebody could accept a changed"
                            + " schema: schema_drift can't be pause");
        }
    }

    /**
     * A source without a state directory, where nothing is known of checkpoints, and for consumers
     * that have no truncate.
     */
    public static SourceConfig of(
            ConnectionConfig connection,
            String pipeline,
            List<TableSelector> tables,
            OptionValues options) {
        return new SourceConfig(
                connection, pipeline, tables, options, null, false, false, List.of());
    }

    /** The replication slot. */
    public String slot() {
        return Objects.requireNonNullElseGet(
                options.find(SourceOptions.REPLICATION_SLOT), () -> PipelineNames.slot(pipeline));
    }

    /** The publication. */
    public String publication() {
        return Objects.requireNonNullElseGet(
                options.find(SourceOptions.PUBLICATION), () -> PipelineNames.publication(pipeline));
    }

    /** Where to begin without state. */
    public StartupMode startup() {
        return options.get(SourceOptions.STARTUP_MODE);
    }

    /** Splits read at the same time over the whole job. */
    public int snapshotWorkers() {
        return options.get(SourceOptions.SNAPSHOT_WORKERS);
    }

    /** Rows a batch at most. */
    public int chunkRows() {
        return options.get(SourceOptions.CHUNK_SIZE);
    }

    /** Bytes a batch at about most. */
    public long batchBytes() {
        return BATCH_BYTES;
    }

    /** Heap blocks a split. */
    public int partitionBlocks() {
        return options.get(SourceOptions.CTID_PARTITION_BLOCKS);
    }

    /** How the snapshot divides a table. */
    public Partitioning partitioning(QualifiedName table) {
        for (TableSelector selector : tables) {
            if (selector instanceof TableSelector.Named named) {
                Partitioning own = named.partitioning();
                if (own != null && named.table().equals(table)) {
                    return own;
                }
            }
        }
        return Partitioning.of(options);
    }

    /** Pause between heartbeats; null when they are off. */
    public @Nullable Duration heartbeatInterval() {
        return options.get(SourceOptions.WAL_HEARTBEAT_ENABLED)
                ? options.get(SourceOptions.WAL_HEARTBEAT_INTERVAL)
                : null;
    }

    /** Set on each replication connection; zero for none. */
    public Duration walSenderTimeout() {
        return options.get(SourceOptions.WAL_SENDER_TIMEOUT);
    }

    /** Longest pause between status updates. */
    public Duration keepaliveIdleInterval() {
        return options.get(SourceOptions.KEEPALIVE_IDLE_INTERVAL);
    }

    /** Warn above this lag; 0 for never. */
    public int slotLagAlertMb() {
        return options.get(SourceOptions.SLOT_LAG_ALERT_MB);
    }

    /** Whether the slot is created with FAILOVER (17 and newer). */
    public boolean failoverSlot() {
        return options.get(SourceOptions.FAILOVER_SLOTS);
    }

    /** Whether changes come at the end of their transaction, {@code ChangeBatch#transactionEnd}. */
    public boolean wholeTransactions() {
        return options.get(SourceOptions.BATCH_BOUNDARY_SIGNALING);
    }

    /** Consecutive failures before the job fails. */
    public int maxReconnectAttempts() {
        return options.get(SourceOptions.MAX_RECONNECT_ATTEMPTS);
    }

    /** What becomes of the first change under another schema; by default by who can be asked. */
    public DriftPolicy drift() {
        return Objects.requireNonNullElse(
                options.find(SourceOptions.SCHEMA_DRIFT),
                stateDir == null ? DriftPolicy.FAIL : DriftPolicy.PAUSE);
    }

    /** What happens to values that the Arrow type can't hold. */
    public UnrepresentablePolicy unrepresentable() {
        return options.get(SourceOptions.UNREPRESENTABLE);
    }

    /** Changes held at most between receive loop and emission. */
    public int bufferEvents() {
        return options.get(SourceOptions.CDC_CHANNEL_BUFFER_SIZE);
    }

    /** Source time that the stream may be ahead of what checkpoints hold; null for any. */
    public @Nullable Duration mostAhead() {
        int hours = options.get(SourceOptions.NORMALIZE_BUFFER_HOURS);
        return hours == 0 ? null : Duration.ofHours(hours);
    }

    /**
     * Whether single tables can be read again while the others go on: there is a place to ask for
     * it, rows to read, a stream behind them, and a consumer that takes rows back.
     */
    public boolean readsTablesAgain() {
        return stateDir != null && restartsSnapshot && startup() instanceof StartupMode.Initial;
    }

    /** Whether the stream stands still for a person who accepts a changed schema. */
    public boolean pausesOnDrift() {
        return stateDir != null && drift() != DriftPolicy.FAIL;
    }

    /** The same with another value of an option. */
    public <T extends Serializable> SourceConfig with(SourceOption<T> option, T value) {
        return with(tables, options.with(option, value), awaitCheckpoint, consumers);
    }

    /** The same for a consumer of all its tables that applies their changes by this key. */
    public SourceConfig applyingBy(List<String> key) {
        return forConsumers(consumer -> consumer.applyingBy(key));
    }

    /** The same for a consumer of each of these tables, by names of their columns. */
    public SourceConfig applyingBy(Map<QualifiedName, List<String>> keys) {
        List<Consumer> each = new ArrayList<>();
        keys.forEach(
                (table, key) ->
                        each.add(
                                new Consumer(
                                        List.of(new TableSelector.Named(table)), key, Wanted.ALL)));
        return with(tables, options, awaitCheckpoint, each);
    }

    /** The same for consumers that want these columns. */
    public SourceConfig reading(List<String> columns) {
        return forConsumers(consumer -> consumer.wanting(consumer.wanted().columns(columns)));
    }

    /** The same for consumers that take these columns apart by places. */
    public SourceConfig takingApart(List<ByPlace> columns) {
        return forConsumers(consumer -> consumer.wanting(consumer.wanted().byPlace(columns)));
    }

    /** The columns that are read and taken apart by places, by one consumer or another. */
    public List<ByPlace> byPlace() {
        return consumers.stream()
                .flatMap(consumer -> consumer.wanted().readByPlace().stream())
                .distinct()
                .toList();
    }

    /** The same for consumers to which so many rows of a snapshot of a table are enough. */
    public SourceConfig readingRows(long enough) {
        return forConsumers(consumer -> consumer.wanting(consumer.wanted().rows(enough)));
    }

    /** The same for consumers to which those rows of a table's snapshot are enough. */
    public SourceConfig readingWhere(Map<QualifiedName, RowCondition> conditions) {
        return forConsumers(
                consumer -> {
                    List<RowCondition> own =
                            conditions.entrySet().stream()
                                    .filter(one -> consumer.takes(one.getKey()))
                                    .map(Map.Entry::getValue)
                                    .toList();
                    return own.size() == 1
                            ? consumer.wanting(consumer.wanted().where(own.get(0)))
                            : consumer;
                });
    }

    private SourceConfig forConsumers(UnaryOperator<Consumer> altered) {
        return with(tables, options, awaitCheckpoint, explicitConsumers().map(altered).toList());
    }

    /** One source for the consumers of this one and of another, which has the same options. */
    public SourceConfig together(SourceConfig other) {
        return with(
                Stream.concat(tables.stream(), other.tables.stream()).distinct().toList(),
                options,
                awaitCheckpoint,
                Stream.concat(explicitConsumers(), other.explicitConsumers()).toList());
    }

    private Stream<Consumer> explicitConsumers() {
        return consumers.isEmpty() ? Stream.of(Consumer.ofAll(tables)) : consumers.stream();
    }

    private List<Consumer> consumers(QualifiedName table) {
        // The only one may be captured under a former name.
        return tables.size() == 1
                ? consumers
                : consumers.stream().filter(consumer -> consumer.takes(table)).toList();
    }

    /** Whether consumers know tables by their names, so that none may have another than before. */
    public boolean goesByNames() {
        return !consumers.isEmpty() && tables.size() > 1;
    }

    /** Whether it is known what becomes of tables: they are scanned by Flink SQL. */
    public boolean hasConsumers() {
        return !consumers.isEmpty();
    }

    /** Names of the columns by which consumers apply changes of a table. */
    public Set<List<String>> appliedKeys(QualifiedName table) {
        return consumers(table).stream()
                .map(Consumer::appliedKey)
                .filter(key -> !key.isEmpty())
                .collect(Collectors.toSet());
    }

    /** What is read of a captured table: the columns that are wanted, and those of its keys. */
    public TableSchema read(TableSchema captured) {
        Set<String> columns = new HashSet<>();
        List<Consumer> takers = consumers(captured.name());
        for (Consumer consumer : takers) {
            List<String> some = consumer.wanted().columns();
            if (some == null) {
                return captured;
            }
            columns.addAll(some);
        }
        return takers.isEmpty() ? captured : captured.reading(columns);
    }

    /** Which rows of a captured table's snapshot are read, as SQL; null for all. */
    public @Nullable String where(TableSchema captured) {
        Set<String> conditions = new LinkedHashSet<>();
        for (Consumer consumer : consumers(captured.name())) {
            RowCondition condition = consumer.wanted().where();
            if (condition == null || !condition.fits(captured)) {
                return null;
            }
            conditions.add("(" + condition.sql() + ")");
        }
        return conditions.isEmpty() ? null : String.join(" OR ", conditions);
    }

    /** How many rows of a table's snapshot that stands alone are enough; null for all. */
    public @Nullable Long enoughRows(QualifiedName table) {
        long enough = 0;
        List<Consumer> takers = consumers(table);
        if (takers.stream().map(taker -> taker.wanted().where()).distinct().count() > 1) {
            // Enough for all of them may be none for one.
            return null;
        }
        for (Consumer consumer : takers) {
            Long rows = consumer.wanted().rows();
            if (rows == null) {
                return null;
            }
            enough = Math.max(enough, rows);
        }
        return takers.isEmpty() ? null : enough;
    }

    /** The same where checkpointing is known to be on or off. */
    public SourceConfig awaitingCheckpoint(boolean awaits) {
        return with(tables, options, awaits, consumers);
    }

    private SourceConfig with(
            List<TableSelector> newTables,
            OptionValues newOptions,
            boolean newAwait,
            List<Consumer> newConsumers) {
        return new SourceConfig(
                connection,
                pipeline,
                newTables,
                newOptions,
                stateDir,
                newAwait,
                restartsSnapshot,
                newConsumers);
    }
}
