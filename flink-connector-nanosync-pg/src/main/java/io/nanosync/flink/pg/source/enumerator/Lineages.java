package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.source.enumerator.server.Lineage;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The states that one enumerator takes, and with which of them a checkpoint has completed. */
final class Lineages {

    private final @Nullable Lineage restored;
    private final TreeMap<Long, Lineage> pending = new TreeMap<>();
    private Lineage own;

    /**
     * @param restored of the state that is taken up; null when it has none, or there is no state
     */
    Lineages(@Nullable Lineage restored) {
        this.restored = restored;
        this.own = restored == null ? Lineage.begin() : restored.goOn();
    }

    /** The lineage of the state that is taken up; null when there is none. */
    @Nullable Lineage restored() {
        return restored;
    }

    /**
     * The lineage of a state that is being taken.
     *
     * @param counts whether it is the newest when its checkpoint completes
     * @param checkpoint for which, in words for people
     */
    Lineage take(long checkpointId, boolean counts, String checkpoint) {
        own = own.next(checkpoint);
        if (counts) {
            pending.put(checkpointId, own);
        }
        return own;
    }

    /**
     * The newest state now that a checkpoint has completed; null when it holds none that counts.
     */
    @Nullable Lineage completed(long checkpointId) {
        Lineage completed = pending.get(checkpointId);
        // Those before it can't complete any more.
        pending.headMap(checkpointId, true).clear();
        return completed;
    }
}
