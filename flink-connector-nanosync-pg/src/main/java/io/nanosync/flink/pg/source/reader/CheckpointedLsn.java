package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.wal.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * The LSN that may be confirmed to the slot: that of the newest completed checkpoint. Written by
 * the task thread, even in the middle of {@code pollNext}; read by the status thread.
 */
final class CheckpointedLsn {

    private volatile @Nullable Lsn lsn;

    void set(Lsn newLsn) {
        lsn = newLsn;
    }

    /**
     * Null before the first checkpoint: then nothing beyond the position of the split may be
     * confirmed.
     */
    @Nullable Lsn value() {
        return lsn;
    }
}
