package io.nanosync.flink.pg.table;

import java.util.Locale;

/** Values of option {@code changelog-mode}. */
enum ChangelogOption {
    /** {@code all} under REPLICA IDENTITY FULL, else {@code upsert}. */
    AUTO,
    UPSERT,
    ALL,
    APPEND;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
