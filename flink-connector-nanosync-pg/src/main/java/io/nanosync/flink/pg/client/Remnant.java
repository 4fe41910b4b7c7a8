package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.relation.QualifiedName;

/**
 * A slot or a publication of a pipeline, as it was found on the server.
 *
 * @param fate what is to become of it when the pipeline is deleted
 * @param remark completes "the slot …": why
 */
public record Remnant(Kind kind, String name, Fate fate, String remark) {

    /** Kind and name: {@code slot "nanosync_slot_orders"}. */
    public String what() {
        return (kind == Kind.SLOT ? "slot" : "publication") + " \"" + name + "\"";
    }

    /** Drops it, for a person who runs it. */
    public String sql() {
        return switch (kind) {
            case SLOT -> FreshSnapshot.dropSlot(name);
            case PUBLICATION -> "DROP PUBLICATION IF EXISTS " + QualifiedName.quote(name);
        };
    }

    /** What it is. */
    public enum Kind {
        SLOT,
        PUBLICATION
    }

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
