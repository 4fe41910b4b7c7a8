package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.wal.Lsn;
import org.jspecify.annotations.Nullable;

/** What is known of the slot that a pipeline asked the server to make. */
sealed interface AskedSlot {

    /** The answer hasn't come, or never will, and no slot was seen since. */
    record Untold() implements AskedSlot {
        @Override
        public @Nullable Lsn at() {
            return null;
        }
    }

    /**
     * The answer never came, and then a slot was there, which may be somebody else's.
     *
     * @param at where it stood, before this pipeline streamed from it
     */
    record Found(Lsn at) implements AskedSlot {}

    /**
     * The server told that it made it.
     *
     * @param at where
     */
    record Made(Lsn at) implements AskedSlot {}

    /** Where the slot stood before anybody streamed from it; null when none was seen. */
    @Nullable Lsn at();

    /** Whether the slot is the pipeline's own, and nobody has streamed from it. */
    default boolean isUnused(SlotState slot) {
        return this instanceof Made made && made.at().equals(slot.confirmedFlush());
    }

    /** Whether nobody can say whose the slot is; nobody has streamed from it for the pipeline. */
    default boolean isUntold(SlotState slot) {
        return this instanceof Untold
                || (this instanceof Found found && found.at().equals(slot.confirmedFlush()));
    }
}
