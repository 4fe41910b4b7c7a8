package io.nanosync.flink.pg.relation.contract;

import io.nanosync.flink.pg.relation.QualifiedName;
import org.jspecify.annotations.Nullable;

/** One way in which the catalog differs from a capture contract; a sentence without its stop. */
public sealed interface Difference {

    /** What is different. */
    String what();

    /** The pipeline can't go on with it. */
    sealed interface Breach extends Difference {

        /** The captured table that it is about; null when it is about the publication itself. */
        @Nullable QualifiedName table();

        /**
         * The SQL after which the pipeline can go on where it was; null when only a fresh snapshot
         * mends it.
         */
        @Nullable String mends();
    }

    /** Changes are missing, or would be described wrongly. */
    record CostsChanges(String what, @Nullable String mends, @Nullable QualifiedName table)
            implements Breach {}

    /**
     * Changes would be described wrongly, each of which the stream refuses itself. Mostly a second
     * statement follows that puts it right.
     */
    record Unsettled(String what, String mends, QualifiedName table) implements Breach {}

    /**
     * All is as it was, but a row of the catalog came or went in between and was put back: nobody
     * can tell what was committed meanwhile.
     */
    record ForReview(String what, @Nullable QualifiedName table) implements Breach {

        @Override
        public @Nullable String mends() {
            return null;
        }
    }

    /**
     * No change has been missed by it, and none is from a new connection on: then the contract
     * moves on.
     *
     * @param table OID of the captured table, unsigned
     * @param partition a new leaf of it
     */
    record NeedsConnection(String what, int table, Partition partition) implements Difference {}

    /** No change can have been missed by it: the contract moves on. */
    record Harmless(String what) implements Difference {}
}
