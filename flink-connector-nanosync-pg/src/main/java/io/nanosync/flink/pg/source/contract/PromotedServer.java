package io.nanosync.flink.pg.source.contract;

import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.config.SourceConfig;

/**
 * Words for what a promotion did to a slot.
 *
 * @param server the server, which was promoted
 * @param before the timeline that was known of it
 */
public record PromotedServer(SourceConfig config, ServerIdentity server, int before) {

    private static final int SYNCHRONIZES_SLOTS = 17;

    /** Whether there was a promotion. */
    public boolean isPromoted() {
        return server.timeline() != before;
    }

    /** Whether the server is one from before a promotion. */
    public boolean isEarlier() {
        return server.timeline() < before;
    }

    /** Why the slot isn't there, and what has the next promotion keep it. */
    public String slotStayedBehind() {
        return "a standby was promoted (timeline "
                + before
                + " became "
                + server.timeline()
                + "), and it had no copy of the slot that was ready. "
                + keepsTheNext();
    }

    private String keepsTheNext() {
        if (server.major() < SYNCHRONIZES_SLOTS) {
            return "From version 17 on PostgreSQL copies slots to standbys, with failover_slots:"
                    + " \"true\"";
        }
        return (config.failoverSlot()
                        ? "That it has one takes"
                        : "To keep the slot the next time set failover_slots to \"true\", and have")
                + " sync_replication_slots = on, hot_standby_feedback = on, primary_slot_name and"
                + " a dbname in primary_conninfo on each standby; before a promotion look there:"
                + " SELECT synced, temporary, invalidation_reason FROM pg_replication_slots WHERE"
                + " slot_name = '"
                + config.slot()
                + "'";
    }
}
