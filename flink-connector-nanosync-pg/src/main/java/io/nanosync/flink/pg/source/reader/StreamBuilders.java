package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The builders of the tables that changed lately, under one budget of memory over all tables: when
 * it is exceeded, those whose tables haven't changed for longest are let go. Used by one thread.
 */
final class StreamBuilders {

    private final Unrepresentable unrepresentable;
    private final long budgetBytes;

    /** Memory of each builder when it was last measured, the one used longest ago first. */
    private final Map<CapturedTable, Long> held = new LinkedHashMap<>(16, 0.75f, true);

    private long heldBytes;

    StreamBuilders(Unrepresentable unrepresentable, long budgetBytes) {
        this.unrepresentable = unrepresentable;
        this.budgetBytes = budgetBytes;
    }

    /** A table is touched for the first time in a fetch: gives it a builder if it has none. */
    void need(CapturedTable table) {
        table.needBuilder(unrepresentable);
        measure(table);
    }

    /** Looks at how large a table's builder has grown. */
    void measure(CapturedTable table) {
        long now = table.builder().memoryBytes();
        Long before = held.put(table, now);
        heldBytes += now - (before == null ? 0 : before);
        trim();
    }

    /** Lets go of builders beyond the budget, but of none whose table is touched. */
    void trim() {
        Iterator<Map.Entry<CapturedTable, Long>> eldest = held.entrySet().iterator();
        // The last one stays, however large: it is about to be used again.
        for (int left = held.size(); heldBytes > budgetBytes && left > 1; left--) {
            Map.Entry<CapturedTable, Long> entry = eldest.next();
            if (entry.getKey().isTouched()) {
                // All behind it were touched in the same fetch.
                return;
            }
            entry.getKey().dropBuilder();
            heldBytes -= entry.getValue();
            eldest.remove();
        }
    }

    /** A table isn't captured in this form any more; its builder has no rows. */
    void forget(CapturedTable table) {
        Long bytes = held.remove(table);
        if (bytes != null) {
            heldBytes -= bytes;
            table.dropBuilder();
        }
    }

    /** Whether tables that are touched need all of the budget. */
    boolean isFull() {
        return heldBytes > budgetBytes && held.size() > 1;
    }

    /** Memory that all builders hold. */
    long heldBytes() {
        return heldBytes;
    }
}
