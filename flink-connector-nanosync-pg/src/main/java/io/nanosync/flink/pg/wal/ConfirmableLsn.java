package io.nanosync.flink.pg.wal;

import org.jspecify.annotations.Nullable;

/**
 * An LSN that may be confirmed to the slot: a checkpoint that is complete holds everything before
 * it, so no restore asks for it again. Only {@link CheckpointedPositions} makes one: a position
 * that was merely read, however often the stream was connected anew, can't be confirmed.
 */
public final class ConfirmableLsn {

    private final Lsn lsn;

    /** By {@link CheckpointedPositions} alone. */
    ConfirmableLsn(Lsn lsn) {
        this.lsn = lsn;
    }

    /** The LSN. */
    public Lsn lsn() {
        return lsn;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConfirmableLsn that && lsn.equals(that.lsn);
    }

    @Override
    public int hashCode() {
        return lsn.hashCode();
    }

    @Override
    public String toString() {
        return lsn.toString();
    }
}
