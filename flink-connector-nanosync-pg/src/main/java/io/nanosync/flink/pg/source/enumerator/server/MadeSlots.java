package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The slots that this process made, and at which LSN, or may have made: without a state directory
 * nothing else tells that a slot found without state is ours. It still is while nobody has moved
 * it, since then nobody has streamed from it either. Thread-safe.
 */
final class MadeSlots {

    /** Consistent points; empty where the server didn't tell. */
    private final Map<String, Optional<Lsn>> slots = new ConcurrentHashMap<>();

    /**
     * This process asked for the pipeline's slot, and the answer never came: the server may go on
     * with it, and nobody is told where it was made.
     */
    void mayCome(SourceConfig config) {
        slots.put(key(config), Optional.empty());
    }

    /** The slot isn't there: one that comes is somebody else's. */
    void gone(SourceConfig config) {
        slots.remove(key(config));
    }

    /** This process has made the pipeline's slot. */
    void made(SourceConfig config, Lsn consistentPoint) {
        slots.put(key(config), Optional.of(consistentPoint));
    }

    /** Whether this process made the slot, and nobody has streamed from it since. */
    boolean isUnused(SourceConfig config, SlotState slot) {
        Optional<Lsn> made = slots.get(key(config));
        return made != null && made.isPresent() && made.get().equals(slot.confirmedFlush());
    }

    /** Whether a slot that is there may have come of this process, which wasn't told. */
    boolean isUntold(SourceConfig config) {
        Optional<Lsn> made = slots.get(key(config));
        return made != null && made.isEmpty();
    }

    private static String key(SourceConfig config) {
        return config.connection().address()
                + "/"
                + config.connection().database()
                + "/"
                + config.slot();
    }
}
