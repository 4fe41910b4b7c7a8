package io.nanosync.flink.pg.source.enumerator;

import org.jspecify.annotations.Nullable;

/**
 * Opens when a checkpoint has completed whose state was taken after the gate was made. A savepoint
 * completes without telling: it doesn't count.
 */
final class CheckpointGate {

    private @Nullable Long firstTaken;
    private boolean open;

    void checkpointTaken(long checkpointId) {
        if (firstTaken == null) {
            firstTaken = checkpointId;
        }
    }

    /** Returns true once: when this checkpoint opens the gate. */
    boolean checkpointCompleted(long checkpointId) {
        if (!open && firstTaken != null && checkpointId >= firstTaken) {
            open = true;
            return true;
        }
        return false;
    }
}
