package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;

/** The sessions that keep a snapshot: they sit in a transaction. A test's own statements write. */
final class Keepers {

    /** Where they are found. */
    static final String SESSIONS =
            " FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in"
                + " transaction' AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
                + " AND query !~ '^(BEGIN|INSERT|UPDATE|DELETE|COPY|REINDEX|SELECT ctid)' AND"
                + " application_name <> '"
                    + BackgroundLoad.APPLICATION
                    + "'";

    private Keepers() {}

    /** Ends them. */
    static void kill(TestDatabase database) {
        Await.until(
                "the keeper is there", () -> database.queryLong("SELECT count(*)" + SESSIONS) > 0);
        database.queryList("SELECT pg_terminate_backend(pid)" + SESSIONS);
    }
}
