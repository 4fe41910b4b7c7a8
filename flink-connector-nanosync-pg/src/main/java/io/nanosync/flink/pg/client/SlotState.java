package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.wal.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code pg_replication_slots}.
 *
 * @param plugin output plugin; null for a physical slot
 * @param database its database; null for a physical slot
 * @param activePid process id of the walsender that streams from it; null when nobody does
 * @param confirmedFlush up to where the consumer confirmed; null for a physical slot, and while a
 *     logical one is being made
 * @param walStatus {@code reserved}, {@code extended}, {@code unreserved}, {@code lost}; null when
 *     the slot reserves nothing
 * @param invalidationReason why it was invalidated (from 17); null when it wasn't
 * @param safeWalBytes bytes that may be written before it is in danger; null when unlimited
 * @param idleSecondsLeft after how long it is invalidated if nobody streams from it until then
 *     (from 18, {@code idle_replication_slot_timeout}); null when it isn't
 * @param lagBytes bytes between {@code confirmedFlush} and the server's current position
 * @param temporary whether it belongs to a session
 * @param synced whether it was copied from a primary (from 17)
 * @param failover whether standbys make copies of it (from 17)
 * @param deliversPrepared whether it delivers a prepared transaction before it is decided, whatever
 *     protocol version is asked for (from 15: pgoutput of 14 does so for no slot)
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
        @Nullable Long idleSecondsLeft,
        long lagBytes,
        boolean temporary,
        boolean synced,
        boolean failover,
        boolean deliversPrepared) {

    /** Whether a logical slot isn't there yet: its maker still waits for transactions to end. */
    public boolean isBeingMade() {
        return plugin != null && confirmedFlush == null;
    }

    /** Whether WAL that the consumer still needs is gone. */
    public boolean isLost() {
        return "lost".equals(walStatus) || invalidationReason != null;
    }

    /**
     * Completes "the slot …" for one that {@link #isLost}: why, and what keeps it from happening
     * again.
     */
    public String loss() {
        String reason = invalidationReason == null ? "wal_status lost" : invalidationReason;
        String mends =
                switch (reason) {
                    case "idle_timeout" -> "Raise idle_replication_slot_timeout";
                    case "wal_level_insufficient" -> "Set wal_level = logical";
                    case "rows_removed" -> "Set hot_standby_feedback = on at the standby";
                    default -> "Raise max_slot_wal_keep_size";
                };
        return "was invalidated ("
                + reason
                + "), so changes that this pipeline still needed are gone. "
                + mends;
    }
}
