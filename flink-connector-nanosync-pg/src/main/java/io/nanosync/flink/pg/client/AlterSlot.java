package io.nanosync.flink.pg.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** How a person alters a slot that nobody streams from, in words for the end of a message. */
public final class AlterSlot {

    private AlterSlot() {}

    /**
     * A command of the replication protocol, which no plain session takes.
     *
     * @param slot a logical slot
     * @param option of {@code ALTER_REPLICATION_SLOT}, with its value
     */
    public static String command(SlotState slot, String option) {
        String database =
                URLEncoder.encode(String.valueOf(slot.database()), StandardCharsets.UTF_8)
                        .replace("+", "%20");
        return "psql 'postgresql:///"
                + database
                + "?replication=database' -c 'ALTER_REPLICATION_SLOT \""
                + slot.name()
                + "\" ("
                + option
                + ")'";
    }
}
