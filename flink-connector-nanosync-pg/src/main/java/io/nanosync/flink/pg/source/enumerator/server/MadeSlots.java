package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The slots that this process asked for: without a state directory nothing else tells that a slot
 * found without state is ours. It still is while nobody has moved it, since then nobody has
 * streamed from it either. Thread-safe.
 */
final class MadeSlots {

    private final Map<String, AskedSlot> slots = new ConcurrentHashMap<>();

    /**
     * This process asked for the pipeline's slot, and the answer never came: the server may go on
     * with it, and nobody is told where it was made.
     */
    void mayCome(SourceConfig config) {
        slots.put(key(config), new AskedSlot.Untold());
    }

    /** The slot isn't there: one that comes is somebody else's. */
    void gone(SourceConfig config) {
        slots.remove(key(config));
    }

    /** This process has made the pipeline's slot. */
    void made(SourceConfig config, Lsn consistentPoint) {
        slots.put(key(config), new AskedSlot.Made(consistentPoint));
    }

    /** A slot is there, and this process wasn't told whether it is the one that it asked for. */
    void found(SourceConfig config, Lsn at) {
        slots.put(key(config), new AskedSlot.Found(at));
    }

    /** What is known of the slot that this process asked for; null when it asked for none. */
    @Nullable AskedSlot asked(SourceConfig config) {
        return slots.get(key(config));
    }

    private static String key(SourceConfig config) {
        return config.connection().address()
                + "/"
                + config.connection().database()
                + "/"
                + config.slot();
    }
}
