package io.nanosync.flink.pg.relation.contract;

import org.jspecify.annotations.Nullable;

/** One way in which the catalog differs from a capture contract; a sentence without its stop. */
public sealed interface Difference {

    /** What is different. */
    String what();

    /**
     * Changes are missing, or would be described wrongly.
     *
     * @param mends the SQL after which the pipeline can go on where it was; null when only a fresh
     *     snapshot mends it
     */
    record CostsChanges(String what, @Nullable String mends) implements Difference {}

    /**
     * All is as it was, but a row of the catalog came or went in between and was put back: nobody
     * can tell what was committed meanwhile.
     */
    record ForReview(String what) implements Difference {}

    /** No change can have been missed by it: the contract moves on. */
    record Harmless(String what) implements Difference {}
}
