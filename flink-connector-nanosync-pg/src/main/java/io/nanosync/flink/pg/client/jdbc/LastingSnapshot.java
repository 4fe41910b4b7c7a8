package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.wal.Lsn;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits until what the transaction at hand sees can't be taken back any more. It sees a commit
 * before that is on the disk (up to three times {@code wal_writer_delay} before with {@code
 * synchronous_commit = off}), which a crash takes back, and before the standbys have it that the
 * stream is held back for, which a promotion takes back.
 */
final class LastingSnapshot {

    /** Of the server that a backend which is to be held back waits for. */
    private static final String COPIED_FROM_17 =
            """
            NOT s.failover OR NOT EXISTS (
                SELECT FROM regexp_split_to_table(
                                current_setting('synchronized_standby_slots'), ',') n(name)
                  LEFT JOIN pg_replication_slots p
                         ON p.slot_name = btrim(n.name) AND p.slot_type = 'physical'
                 WHERE btrim(n.name) <> ''
                   AND (p.restart_lsn >= %1$s AND p.wal_status <> 'lost') IS NOT TRUE)
            """;

    /**
     * Whether what is kept here stays. Behind a promotion that a pipeline follows it does where the
     * server waits for its standbys; else only where the stream is. A slot without failover is
     * followed nowhere.
     */
    private static final String FOLLOWED_FROM_17 =
            """
            coalesce(s.active OR NOT s.failover
                     OR btrim(current_setting('synchronized_standby_slots')) <> '', false)
            """;

    /** What is no commit may stay in memory until the next one. */
    private static final Duration UNTIL_FLUSHED_BY_OTHERS = Duration.ofMillis(10);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private final Session session;
    private final Connector connector;

    /** Commits something, which the transaction at hand can't; null until that is needed. */
    private volatile @Nullable Session committing;

    /**
     * @param session has the transaction
     * @param connector for a session beside it
     */
    LastingSnapshot(Session session, Connector connector) {
        this.session = session;
        this.connector = connector;
    }

    /** What a server says of a place in its WAL. */
    private record State(boolean followed, boolean flushed, boolean copied) {}

    /**
     * Waits until all in front of a place is there to stay.
     *
     * @param slot from which the stream comes
     * @param wal where the WAL was behind the snapshot
     * @param promoted whether the server was promoted since what is read for was streamed: no
     *     former primary
     * @param cannot begins the message of an error
     * @throws PgException after some seconds: to {@link PgException.Recovery#WAIT} when it isn't on
     *     the disk by then; to {@link PgException.Recovery#RETRY}, from a new session, when a
     *     promotion may still take it back
     */
    void await(String slot, Lsn wal, boolean promoted, String cannot) throws PgException {
        long begun = System.nanoTime();
        boolean flushed = false;
        Duration pause = FIRST_PAUSE;
        State state = state(slot, wal, promoted);
        while (!state.followed() || !state.flushed() || !state.copied()) {
            long waited = System.nanoTime() - begun;
            if (waited > PATIENCE.toNanos()) {
                throw unsettled(state, slot, wal, cannot);
            }
            if (!state.flushed() && !flushed && waited > UNTIL_FLUSHED_BY_OTHERS.toNanos()) {
                flush();
                flushed = true;
            }
            LockSupport.parkNanos(pause.toNanos());
            pause = pause.multipliedBy(2);
            if (pause.compareTo(LONGEST_PAUSE) > 0) {
                pause = LONGEST_PAUSE;
            }
            state = state(slot, wal, promoted);
        }
    }

    private void flush() throws PgException {
        Session beside = committing;
        if (beside == null) {
            beside = connector.open(SessionKind.CONTROL);
            committing = beside;
        }
        try {
            new ServerQueries(beside).flush();
        } catch (PgException e) {
            close();
            throw e;
        }
    }

    /** From any thread. */
    void close() {
        Session beside = committing;
        committing = null;
        if (beside != null) {
            beside.abort();
        }
    }

    private static PgException unsettled(State state, String slot, Lsn wal, String cannot) {
        if (!state.followed()) {
            return PgException.tryAgain(
                    cannot
                            + "nobody streams there from slot \""
                            + slot
                            + "\": the stream is connecting again, or another server is the"
                            + " primary");
        }
        String what = cannot + "what they show up to LSN " + wal;
        // A former primary would wait for ever, and another server may answer next.
        return state.flushed()
                ? PgException.tryAgain(
                        what
                                + " isn't on each standby of synchronized_standby_slots yet. Look"
                                + " at SELECT slot_name, active, restart_lsn FROM"
                                + " pg_replication_slots WHERE slot_type = 'physical'")
                : PgException.waitFor(what + " isn't on the server's disk yet");
    }

    private State state(String slot, Lsn wal, boolean promoted) throws PgException {
        try {
            String place = session.literal(wal.toString()) + "::pg_lsn";
            State state =
                    session.executeAndAsk(
                            """
                            SELECT %4$s AS followed,
                                   pg_current_wal_flush_lsn() >= %1$s AS flushed,
                                   coalesce(%2$s, true) AS copied
                              FROM (SELECT) one LEFT JOIN pg_replication_slots s
                                ON s.slot_name = %3$s AND s.database = current_database()
                            """
                                    .formatted(
                                            place,
                                            session.major() < 17
                                                    ? "true"
                                                    : COPIED_FROM_17.formatted(place),
                                            session.literal(slot),
                                            promoted || session.major() < 17
                                                    ? "s.slot_name IS NOT NULL"
                                                    : FOLLOWED_FROM_17),
                            row ->
                                    new State(
                                            row.getBoolean("followed"),
                                            row.getBoolean("flushed"),
                                            row.getBoolean("copied")));
            return Objects.requireNonNull(state, "one row");
        } catch (SQLException e) {
            throw session.failure("ask how far the WAL is kept", e);
        }
    }
}
