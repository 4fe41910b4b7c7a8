package io.nanosync.flink.jobs.crash;

import io.nanosync.flink.pg.testing.TestDatabase;
import java.time.Duration;

/** Ends the walsender that streams from a slot, now and then. */
final class StreamBreaks {

    private final TestDatabase database;
    private final String slot;
    private final long periodNanos;
    private long lastNanos = System.nanoTime();
    private int number;

    StreamBreaks(TestDatabase database, String slot, Duration period) {
        this.database = database;
        this.slot = slot;
        this.periodNanos = period.toNanos();
    }

    /** Ends it if that is due. One that creates the slot is left alone. */
    void sometimes() {
        long now = System.nanoTime();
        if (now - lastNanos < periodNanos) {
            return;
        }
        lastNanos = now;
        number +=
                database.queryList(
                                "SELECT pg_terminate_backend(r.pid)::text FROM pg_stat_replication"
                                        + " r JOIN pg_replication_slots s ON s.active_pid = r.pid"
                                        + " WHERE r.state IN ('catchup', 'streaming') AND"
                                        + " s.slot_name = '"
                                        + slot
                                        + "'")
                        .size();
    }

    /** How often a stream was broken. */
    int number() {
        return number;
    }
}
