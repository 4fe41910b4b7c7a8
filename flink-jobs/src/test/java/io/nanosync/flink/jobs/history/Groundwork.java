package io.nanosync.flink.jobs.history;

/** Who makes a pipeline's publication and slot. */
public enum Groundwork {
    /** The pipeline itself. */
    PIPELINE,
    /** Somebody else, as one should. */
    PUBLICATION_FIRST,
    /** Somebody else, the other way round. */
    SLOT_FIRST;

    /** Whether the pipeline finds both, and may drop neither. */
    boolean isByHand() {
        return this != PIPELINE;
    }
}
