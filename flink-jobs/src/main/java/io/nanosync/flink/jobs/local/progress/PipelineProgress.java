package io.nanosync.flink.jobs.local.progress;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a pipeline stands.
 *
 * @param tables those with rows or an estimate, by name
 * @param changes changes received since the run began
 * @param lagSeconds null when unknown
 * @param heldBytes of a transaction that waits on disk until it ends
 * @param stream what the stream is doing; counts in phase streaming
 * @param streamStatus what the stream waits for, in words; empty while it streams
 */
record PipelineProgress(
        String pipeline,
        Phase phase,
        List<TableProgress> tables,
        Wal wal,
        long changes,
        double changesPerSecond,
        @Nullable Double lagSeconds,
        long heldBytes,
        StreamState stream,
        String streamStatus) {

    /**
     * What the slot costs the server.
     *
     * @param keptBytes of WAL that is kept for it; 0 without a slot
     * @param safeBytes that may be written before it may be lost; infinite without a limit
     */
    record Wal(long keptBytes, double safeBytes) {

        static final Wal NONE = new Wal(0, Double.POSITIVE_INFINITY);
    }

    /** All tables together. */
    TableProgress total() {
        return TableProgress.total(tables);
    }
}
