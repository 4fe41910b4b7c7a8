package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.wal.Lsn;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Where a pipeline without state begins: option {@code startup_mode}. */
public sealed interface StartupMode extends Serializable {

    /** Snapshot, then every change after it. The default. */
    record Initial() implements StartupMode {}

    /** Snapshot only; bounded, without a slot. */
    record Snapshot() implements StartupMode {}

    /** Changes from now on. */
    record Latest() implements StartupMode {}

    /** Changes from where the existing slot was confirmed. */
    record Slot() implements StartupMode {}

    /** Changes from this position of the existing slot on. */
    record At(Lsn lsn) implements StartupMode {}

    /** {@code initial}, {@code lsn:16/B374D848} and the others; null for another text. */
    static @Nullable StartupMode parse(String text) {
        return switch (text) {
            case "initial" -> new Initial();
            case "snapshot" -> new Snapshot();
            case "latest" -> new Latest();
            case "slot" -> new Slot();
            default -> text.startsWith("lsn:") ? at(text.substring("lsn:".length())) : null;
        };
    }

    private static @Nullable StartupMode at(String lsn) {
        try {
            return new At(Lsn.parse(lsn));
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    /** Whether it begins with a snapshot. */
    default boolean takesSnapshot() {
        return this instanceof Initial || this instanceof Snapshot;
    }
}
