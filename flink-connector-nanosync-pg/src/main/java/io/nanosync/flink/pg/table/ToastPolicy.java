package io.nanosync.flink.pg.table;

import java.util.Locale;

/** What becomes of a large value that an update left alone, so that PostgreSQL didn't send it. */
enum ToastPolicy {
    /** The job fails and says how to have the values sent. */
    FAIL,
    /** The column is null in that row. */
    NULL,
    /** The value is read again by the table's key: it is that of now, which may be newer. */
    RESELECT;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
