package io.nanosync.flink.pg.table;

import java.util.Locale;
import org.apache.flink.table.connector.ChangelogMode;

/** What changes look like as rows of a Flink table: what option {@code changelog-mode} decides. */
enum ChangelogStyle {
    /** Inserts only: a bounded snapshot. */
    SNAPSHOT,
    /** Every update with its old row, every delete whole. Needs REPLICA IDENTITY FULL, no key. */
    ALL,
    /** Updates with the new row only, deletes with the key only. Needs a key. */
    UPSERT,
    /** Every change is an insert; metadata column {@code op} tells what it was. */
    APPEND;

    /** What is declared to the planner. */
    ChangelogMode mode() {
        return switch (this) {
            case SNAPSHOT, APPEND -> ChangelogMode.insertOnly();
            case ALL -> ChangelogMode.all();
            case UPSERT -> ChangelogMode.upsert();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
