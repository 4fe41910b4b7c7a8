package io.nanosync.flink.pg.source.metrics;

import java.util.Locale;

/** By what a metric is told apart from others of its name. */
public enum Label {
    PIPELINE,
    TABLE,
    /** {@code insert}, {@code update}, {@code delete} or {@code truncate}. */
    OPERATION;

    /** Its name where metrics are read. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
