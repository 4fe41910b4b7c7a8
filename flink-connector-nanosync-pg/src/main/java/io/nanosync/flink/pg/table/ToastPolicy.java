package io.nanosync.flink.pg.table;

import java.util.Locale;

/** What becomes of a large value that an update left alone, so that PostgreSQL didn't send it. */
enum ToastPolicy {
    /** The job fails and says how to have the values sent. */
    FAIL,
    /** The column is null in that row. */
    NULL,
    /** Reads the value again by primary key. Not there yet: refused when asked for. */
    RESELECT;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
