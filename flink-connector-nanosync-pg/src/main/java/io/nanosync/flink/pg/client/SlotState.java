package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.wal.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code pg_replication_slots}.
 *
 * @param plugin output plugin; null for a physical slot
 * @param database its database; null for a physical slot
 * @param activePid process id of the walsender that streams from it; null when nobody does
 * @param confirmedFlush up to where the consumer confirmed; null for a physical slot
 * @param walStatus {@code reserved}, {@code extended}, {@code unreserved}, {@code lost}; null when
 *     the slot reserves nothing
 * @param invalidationReason why it was invalidated (from 17); null when it wasn't
 * @param safeWalBytes bytes that may be written before it is in danger; null when unlimited
 * @param lagBytes bytes between {@code confirmedFlush} and the server's current position
 * @param temporary whether it belongs to a session
 * @param synced whether it was copied from a primary (from 17)
 */
public record SlotState(
        String name,
        @Nullable String plugin,
        @Nullable String database,
        @Nullable Integer activePid,
        @Nullable Lsn confirmedFlush,
        @Nullable String walStatus,
        @Nullable String invalidationReason,
        @Nullable Long safeWalBytes,
        long lagBytes,
        boolean temporary,
        boolean synced) {

    /** Whether WAL that the consumer still needs is gone. */
    public boolean isLost() {
        return "lost".equals(walStatus) || invalidationReason != null;
    }
}
