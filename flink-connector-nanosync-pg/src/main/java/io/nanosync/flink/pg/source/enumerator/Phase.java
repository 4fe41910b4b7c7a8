package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.source.enumerator.snapshot.SplitTracker;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.split.PgSplit;
import java.util.List;

/**
 * One phase of a pipeline: what the enumerator does with what Flink tells it. All methods run on
 * the coordinator thread.
 */
interface Phase {

    /** Begins the phase. */
    void enter();

    /** What a checkpoint holds. */
    EnumeratorState state();

    /** The value of metric {@code ns_pipeline_phase}. */
    int number();

    /**
     * Whether this enumerator holds the pipeline. As long as it doesn't, a checkpoint has nothing
     * but what was restored, which another job may have gone on from.
     */
    default boolean holdsPipeline() {
        return true;
    }

    /**
     * Whether rows or changes may have come since the state that was recorded as the newest. Where
     * nothing has, it may be started from again, whatever this phase has decided.
     */
    default boolean mayHaveEmitted() {
        return true;
    }

    /**
     * A reader registered, for the first time or again. Nothing to do where the next phase asks
     * which readers are.
     */
    default void readerAdded(int subtask) {}

    /** A reader failed: see {@link SplitTracker#returned}. */
    void splitsBack(List<PgSplit> splits, int subtask);

    /** A reader reported. */
    void event(int subtask, PgSourceEvent event);

    /** The state of a checkpoint is being taken. */
    default void checkpointTaken(long checkpointId) {}

    /** A checkpoint completed. */
    default void checkpointCompleted(long checkpointId) {}
}
