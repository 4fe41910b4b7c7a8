package io.nanosync.flink.pg.table;

import java.util.Locale;

/** What a TRUNCATE of the captured table does, as Flink SQL has no such change. */
enum TruncatePolicy {
    /** The job fails and says so. */
    FAIL,
    /** Rows that were emptied stay as they are downstream. */
    IGNORE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
