package io.nanosync.flink.jobs.testing;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.time.Duration;

/** A slot that is confirmed up to where the WAL ends: a completed checkpoint covers all of it. */
public final class ConfirmedSlot {

    private ConfirmedSlot() {}

    /**
     * Waits for it.
     *
     * @param which condition in SQL that finds the slot alone
     */
    public static void await(TestDatabase database, String which, Duration patience) {
        String now = database.queryString("SELECT pg_current_wal_lsn()");
        Await.until(
                "the slot is confirmed up to " + now,
                patience,
                () ->
                        database.queryLong(
                                        "SELECT count(*) FROM pg_replication_slots WHERE "
                                                + which
                                                + " AND confirmed_flush_lsn >= '"
                                                + now
                                                + "'")
                                == 1);
    }
}
