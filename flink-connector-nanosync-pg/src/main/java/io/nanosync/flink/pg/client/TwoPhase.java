package io.nanosync.flink.pg.client;

/**
 * How a slot that delivers prepared transactions is brought to deliver at commit again, in words
 * for the end of an error message. It keeps all that it holds: what was prepared behind its
 * position is decoded anew.
 */
public final class TwoPhase {

    private static final int MOST_NAME_BYTES = 63;
    private static final String COPY_SUFFIX = "_copy";

    private TwoPhase() {}

    /**
     * SQL or a command for a slot that nobody streams from. From 18 on the flag can be turned off;
     * before that a copy of the slot is one without it.
     *
     * @param slot a logical slot
     * @param major the server's version
     * @param failover whether the slot is to be synchronized to standbys, which a copy isn't
     */
    public static String turnOff(SlotState slot, int major, boolean failover) {
        if (major >= 18) {
            return AlterSlot.command(slot, "TWO_PHASE false");
        }
        String copies =
                moved(slot.name(), copyName(slot.name()))
                        + "; "
                        + moved(copyName(slot.name()), slot.name());
        return failover && major == 17
                ? copies + "; " + AlterSlot.command(slot, "FAILOVER true")
                : copies;
    }

    private static String moved(String from, String to) {
        return "SELECT pg_copy_logical_replication_slot('"
                + from
                + "', '"
                + to
                + "'); SELECT pg_drop_replication_slot('"
                + from
                + "')";
    }

    private static String copyName(String slot) {
        int room = MOST_NAME_BYTES - COPY_SUFFIX.length();
        return slot.substring(0, Math.min(room, slot.length())) + COPY_SUFFIX;
    }
}
