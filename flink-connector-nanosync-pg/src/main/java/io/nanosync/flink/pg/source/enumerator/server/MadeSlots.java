package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The slots that this process made, and at which LSN: without a state directory nothing else tells
 * that a slot found without state is ours. It still is while nobody has moved it, since then nobody
 * has streamed from it either. Thread-safe.
 */
final class MadeSlots {

    private final Map<String, Lsn> consistentPoints = new ConcurrentHashMap<>();

    /** This process has made the pipeline's slot. */
    void made(SourceConfig config, Lsn consistentPoint) {
        consistentPoints.put(key(config), consistentPoint);
    }

    /** Whether this process made the slot, and nobody has streamed from it since. */
    boolean isUnused(SourceConfig config, SlotState slot) {
        Lsn made = consistentPoints.get(key(config));
        return made != null && made.equals(slot.confirmedFlush());
    }

    private static String key(SourceConfig config) {
        return config.connection().address()
                + "/"
                + config.connection().database()
                + "/"
                + config.slot();
    }
}
