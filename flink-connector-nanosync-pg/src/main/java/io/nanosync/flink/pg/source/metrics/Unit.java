package io.nanosync.flink.pg.source.metrics;

import org.jspecify.annotations.Nullable;

/** What a metric counts. Names end in it, in front of a counter's {@code _total}. */
public enum Unit {
    /** A number that the description explains, or a text. */
    NONE("", null),
    SECONDS("seconds", "_seconds"),
    BYTES("bytes", "_bytes"),
    /** A position in the WAL as one number, the bytes in front of it. */
    LSN("LSN as a number", "_lsn"),
    ROWS("rows", "_rows"),
    CHANGES("changes", "_events"),
    TRANSACTIONS("transactions", "_transactions"),
    SPLITS("splits", null),
    VALUES("values", "_values"),
    CONNECTIONS("connections", "_reconnects");

    private final String text;
    private final @Nullable String suffix;

    Unit(String text, @Nullable String suffix) {
        this.text = text;
        this.suffix = suffix;
    }

    /** In words, empty for {@link #NONE}. */
    public String text() {
        return text;
    }

    /** In what names end; null where in nothing of its own. */
    public @Nullable String suffix() {
        return suffix;
    }
}
