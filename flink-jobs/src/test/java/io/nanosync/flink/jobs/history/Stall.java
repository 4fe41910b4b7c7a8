package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.history.nemesis.Target;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.util.Arrays;
import java.util.Map;

/** Writes down all that can tell why nothing goes on. */
final class Stall {

    private Stall() {}

    static void describe(Target target) throws Exception {
        Journal journal = target.journal();
        journal.note("the job: " + target.job().state());
        rows(
                target,
                "SELECT pid, state, wait_event, application_name, left(query, 80) FROM"
                        + " pg_stat_activity WHERE datname = current_database()");
        rows(
                target,
                "SELECT slot_name, active_pid, confirmed_flush_lsn, pg_current_wal_insert_lsn()"
                        + " FROM pg_replication_slots WHERE database = current_database()");
        for (Map.Entry<Thread, StackTraceElement[]> thread :
                Thread.getAllStackTraces().entrySet()) {
            boolean ours =
                    Arrays.stream(thread.getValue())
                            .anyMatch(
                                    frame ->
                                            frame.getClassName()
                                                    .startsWith("io.nanosync.flink.pg."));
            if (ours) {
                journal.note("thread " + thread.getKey().getName());
                for (StackTraceElement frame : thread.getValue()) {
                    journal.note("        " + frame);
                }
            }
        }
    }

    private static void rows(Target target, String sql) {
        TestDatabase database = target.database();
        database.queryRows(sql).forEach(row -> target.journal().note("    " + row));
    }
}
