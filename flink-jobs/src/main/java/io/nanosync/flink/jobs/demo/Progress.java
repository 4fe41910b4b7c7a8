package io.nanosync.flink.jobs.demo;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/** Looks at the server while the pipeline runs, and prints a line about it. */
final class Progress {

    private static final String STATE =
            """
            SELECT
                (SELECT count(*) FROM pg_stat_progress_copy
                    WHERE command = 'COPY TO' AND datname = current_database()),
                (SELECT coalesce(sum(tuples_processed), 0) FROM pg_stat_progress_copy
                    WHERE command = 'COPY TO' AND datname = current_database()),
                EXISTS (SELECT FROM pg_replication_slots s
                    JOIN pg_stat_replication r ON r.pid = s.active_pid
                    WHERE s.slot_name = '%1$s' AND r.state IN ('catchup', 'streaming')),
                coalesce((SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), confirmed_flush_lsn)
                    FROM pg_replication_slots WHERE slot_name = '%1$s'), 0)::bigint
            """;

    private final Connection connection;
    private final String slot;
    private final PrintWriter out;
    private final long startNanos = System.nanoTime();

    Progress(Connection connection, String slot, PrintWriter out) {
        this.connection = connection;
        this.slot = slot;
        this.out = out;
    }

    /**
     * What the server shows of the pipeline.
     *
     * @param readers sessions that copy out at this moment
     * @param readerRows rows that they have copied so far
     * @param streaming whether somebody streams from the slot
     * @param unconfirmedBytes WAL that the pipeline hasn't confirmed
     */
    record State(long readers, long readerRows, boolean streaming, long unconfirmedBytes) {}

    State look() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(STATE.formatted(slot))) {
            row.next();
            return new State(row.getLong(1), row.getLong(2), row.getBoolean(3), row.getLong(4));
        }
    }

    /** Whether the snapshot is read and the stream has begun. */
    boolean isStreaming() throws SQLException {
        return look().streaming();
    }

    void print(LoadGenerator load) throws SQLException {
        State state = look();
        say(
                "  %3d s  %-46s  %,7d transactions written",
                (System.nanoTime() - startNanos) / 1_000_000_000L,
                state.streaming()
                        ? String.format(
                                Locale.ROOT,
                                "streaming, %,d kB not yet confirmed",
                                state.unconfirmedBytes() / 1024)
                        : String.format(
                                Locale.ROOT,
                                "snapshot, %d readers, %,d rows in flight",
                                state.readers(),
                                state.readerRows()),
                load.commits());
    }

    void say(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
