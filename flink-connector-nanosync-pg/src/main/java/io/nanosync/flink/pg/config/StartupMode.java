package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.wal.Lsn;
import java.io.Serializable;

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

    /** Whether it begins with a snapshot. */
    default boolean takesSnapshot() {
        return this instanceof Initial || this instanceof Snapshot;
    }
}
