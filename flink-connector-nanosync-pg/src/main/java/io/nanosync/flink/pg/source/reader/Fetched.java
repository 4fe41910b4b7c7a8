package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.relation.drift.DriftReport;
import io.nanosync.flink.pg.source.split.PgSplit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one fetch brought to the task thread. */
sealed interface Fetched {

    /**
     * Batches, and what is left of the split once all of them are emitted. Emitted as a whole
     * within one {@code pollNext}, so that no checkpoint falls between the batches of different
     * tables.
     *
     * @param batches may be empty: progress without rows
     * @param next the split from there on
     * @param receivedBytes that the server sent for it
     * @param stream what it is of the stream; null for one of a snapshot
     */
    record Page(
            List<ChangeBatch> batches,
            PgSplit next,
            long receivedBytes,
            @Nullable StreamPage stream)
            implements Fetched {}

    /** The stream runs, for the first time: all that follows its position is in the slot. */
    record Streaming() implements Fetched {}

    /** The stream stands in front of a drift; all that it emitted before was given. */
    record Paused(DriftReport report) implements Fetched {}

    /** The pages that were given last have the schemas of these accepted drifts. */
    record Resumed(List<String> drifts) implements Fetched {}

    /** The snapshot can't be read any more. */
    record Lost(String reason) implements Fetched {}
}
