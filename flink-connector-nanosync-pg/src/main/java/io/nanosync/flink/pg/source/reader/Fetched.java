package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.source.split.Tid;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.util.List;

/**
 * What one fetch brought: batches, and how far the split is once all of them are emitted. Emitted
 * as a whole within one {@code pollNext}, so that no checkpoint falls between the batches of
 * different tables.
 *
 * @param batches may be empty: progress without rows
 */
record Fetched(List<ChangeBatch> batches, Progress progress) {

    /** Progress of a split. */
    sealed interface Progress {

        /** Snapshot: all rows up to this one. */
        record UpTo(Tid last) implements Progress {}

        /** Stream. */
        record At(StreamPosition position, long newestCommitMicros, boolean caughtUp)
                implements Progress {}

        /** Restart marker: all truncates. */
        record Restarted() implements Progress {}

        /** Snapshot: it can't be read any more. */
        record Lost(String reason) implements Progress {}
    }
}
