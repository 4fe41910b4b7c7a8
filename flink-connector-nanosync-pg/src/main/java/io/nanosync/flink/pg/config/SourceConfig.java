package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the source needs to know, validated. Built from options; never partly filled.
 *
 * @param connection how to reach the database
 * @param pipeline the pipeline's name
 * @param tables what to capture
 * @param slot replication slot
 * @param publication publication
 * @param startup where to begin without state
 * @param snapshot how to read the snapshot
 * @param stream how to read the stream
 * @param unrepresentable what happens to values that the Arrow type can't hold
 * @param stateDir folder of the pipeline for intents, as a URI of any Flink file system; null in
 *     SQL and DataStream use
 * @param awaitCheckpoint whether one checkpoint completes before the first split is handed out; set
 *     where checkpointing is known to be on
 * @param restartsSnapshot whether a lost snapshot may start over with a truncate; false where
 *     consumers have no truncate (SQL)
 * @param appliedKey names of the columns by which changes of the only table are applied, {@link
 *     io.nanosync.flink.pg.relation.TableSchema#appliedKey}: the pipeline ends when the table has
 *     another key or none. Empty where changes aren't applied by a key
 * @param drift what becomes of the first change under another schema
 */
public record SourceConfig(
        ConnectionConfig connection,
        String pipeline,
        List<TableSelector> tables,
        String slot,
        String publication,
        StartupMode startup,
        Snapshot snapshot,
        Stream stream,
        UnrepresentablePolicy unrepresentable,
        @Nullable String stateDir,
        boolean awaitCheckpoint,
        boolean restartsSnapshot,
        List<String> appliedKey,
        DriftPolicy drift)
        implements Serializable {

    public SourceConfig {
        if (drift == DriftPolicy.PAUSE && stateDir == null) {
            throw new IllegalArgumentException(
                    "Pipeline "
                            + pipeline
                            + " has no state directory, where somebody could accept a changed"
                            + " schema: schema_drift can't be pause");
        }
    }

    /** A configuration for consumers that don't rely on a key; a changed schema ends it. */
    public SourceConfig(
            ConnectionConfig connection,
            String pipeline,
            List<TableSelector> tables,
            String slot,
            String publication,
            StartupMode startup,
            Snapshot snapshot,
            Stream stream,
            UnrepresentablePolicy unrepresentable,
            @Nullable String stateDir,
            boolean awaitCheckpoint,
            boolean restartsSnapshot) {
        this(
                connection,
                pipeline,
                tables,
                slot,
                publication,
                startup,
                snapshot,
                stream,
                unrepresentable,
                stateDir,
                awaitCheckpoint,
                restartsSnapshot,
                List.of(),
                DriftPolicy.FAIL);
    }

    /**
     * Whether single tables can be read again while the others go on: there is a place to ask for
     * it, rows to read, a stream behind them, and a consumer that takes rows back.
     */
    public boolean readsTablesAgain() {
        return stateDir != null && restartsSnapshot && startup instanceof StartupMode.Initial;
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
        return snapshot.partitioning();
    }

    /** The same for a consumer that applies the changes of the only table by this key. */
    public SourceConfig applyingBy(List<String> key) {
        return with(awaitCheckpoint, key, drift);
    }

    /** The same where checkpointing is known to be on or off. */
    public SourceConfig awaitingCheckpoint(boolean awaits) {
        return with(awaits, appliedKey, drift);
    }

    /** The same with another answer to a changed schema. */
    public SourceConfig onDrift(DriftPolicy policy) {
        return with(awaitCheckpoint, appliedKey, policy);
    }

    /** Whether the stream stands still for a person who accepts a changed schema. */
    public boolean pausesOnDrift() {
        return stateDir != null && drift != DriftPolicy.FAIL;
    }

    private SourceConfig with(
            boolean newAwaitCheckpoint, List<String> newAppliedKey, DriftPolicy newDrift) {
        return new SourceConfig(
                connection,
                pipeline,
                tables,
                slot,
                publication,
                startup,
                snapshot,
                stream,
                unrepresentable,
                stateDir,
                newAwaitCheckpoint,
                restartsSnapshot,
                newAppliedKey,
                newDrift);
    }

    /**
     * How to read the snapshot.
     *
     * @param workers splits read at the same time over the whole job
     * @param chunkRows rows a batch at most
     * @param partitionBlocks heap blocks a split
     * @param batchBytes bytes a batch at about most
     * @param partitioning how tables are divided that say nothing else
     */
    public record Snapshot(
            int workers,
            int chunkRows,
            int partitionBlocks,
            long batchBytes,
            Partitioning partitioning)
            implements Serializable {

        /** Divides by ctid. */
        public Snapshot(int workers, int chunkRows, int partitionBlocks, long batchBytes) {
            this(workers, chunkRows, partitionBlocks, batchBytes, new Partitioning.Ctid());
        }
    }

    /**
     * How to read the stream.
     *
     * @param heartbeatInterval null when heartbeats are off
     * @param walSenderTimeout set on each replication connection; zero for none
     * @param keepaliveIdleInterval longest pause between status updates
     * @param slotLagAlertMb warn above this lag; 0 for never
     * @param failoverSlot create the slot with FAILOVER (17 and newer)
     * @param maxReconnectAttempts consecutive failures before the job fails
     * @param bufferEvents changes held at most between receive loop and emission
     * @param wholeTransactions whether changes come at the end of their transaction, see {@code
     *     ChangeBatch#transactionEnd}
     * @param mostAhead source time that the stream may be ahead of what checkpoints hold; null for
     *     any
     */
    public record Stream(
            @Nullable Duration heartbeatInterval,
            Duration walSenderTimeout,
            Duration keepaliveIdleInterval,
            int slotLagAlertMb,
            boolean failoverSlot,
            int maxReconnectAttempts,
            int bufferEvents,
            boolean wholeTransactions,
            @Nullable Duration mostAhead)
            implements Serializable {}

    /** Option {@code unrepresentable}. */
    public enum UnrepresentablePolicy {
        FAIL,
        NULL
    }
}
