package io.nanosync.flink.pg.client;

/**
 * A slot or a publication of a pipeline, as it was found on the server.
 *
 * @param what kind and name: {@code slot "nanosync_slot_orders"}
 * @param fate what is to become of it when the pipeline is deleted
 * @param remark completes "the slot …": why
 * @param sql drops it, for a person who runs it
 */
public record Remnant(String what, Fate fate, String remark, String sql) {

    /** What becomes of it. */
    public enum Fate {
        /** It isn't there. */
        GONE,

        /** The pipeline made it: it is dropped. */
        DROPPED,

        /** Nothing says that the pipeline made it: it stays. */
        KEPT,

        /** The pipeline made it somewhere else, where nothing is done now: it is left over. */
        OUT_OF_REACH
    }
}
