package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.Backend;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.TimelineHistory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Questions about the server as a whole. Any role may ask them. */
final class ServerQueries {

    // The checkpoint's timeline lags behind a promotion, the name of the WAL file doesn't. A
    // standby has no insert position and so no such name. It is asked once whether it is one: a
    // promotion may come in between.
    private static final String IDENTITY =
            """
SELECT s.system_identifier,
       CASE WHEN r.in_recovery THEN c.timeline_id::text
            ELSE (('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int)::text
       END AS timeline,
       pg_postmaster_start_time()::text AS postmaster_start,
       r.in_recovery
  FROM pg_control_system() s, pg_control_checkpoint() c,
       (SELECT pg_is_in_recovery() AS in_recovery OFFSET 0) r
""";

    private static final String START_MICROS =
            "(extract(epoch FROM backend_start) * 1000000)::bigint";

    private static final String BACKENDS =
            "SELECT pid, " + START_MICROS + " AS start_micros FROM pg_stat_activity";

    private static final String CURRENT_LSN =
            """
            SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                         ELSE pg_current_wal_insert_lsn() END)::text
            """;

    private static final String FLUSHED_LSN =
            """
            SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                         ELSE pg_current_wal_flush_lsn() END)::text
            """;

    private static final String LOCK_HOLDER =
            """
            SELECT l.pid, a.application_name, a.usename, a.client_addr::text AS client
              FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
               AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND l.classid::bigint = ? AND l.objid::bigint = ?
            """;

    private static final String SILENT_LOCK_HOLDER =
            """
              FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
               AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND l.classid::bigint = ? AND l.objid::bigint = ?
               AND a.application_name = current_setting('application_name')
               AND a.usename = current_user
               AND a.state = 'idle'
               AND a.state_change < clock_timestamp() - ? * interval '1 millisecond'
               AND NOT EXISTS (SELECT FROM pg_stat_activity w
                                WHERE w.backend_type = 'walsender' AND w.datname = a.datname
                                  AND w.application_name = a.application_name)
            """;

    private final Session session;

    ServerQueries(Session session) {
        this.session = session;
    }

    ServerIdentity identity() throws PgException {
        return session.one(
                "read the identity of the server",
                IDENTITY,
                row ->
                        new ServerIdentity(
                                row.getLong("system_identifier"),
                                row.getInt("timeline"),
                                session.versionNum(),
                                row.getString("postmaster_start"),
                                row.getBoolean("in_recovery")));
    }

    /** Refuses another server than the one that was looked at: there may be several hosts. */
    void require(ServerIdentity expected) throws PgException {
        ServerIdentity found = identity();
        if (!found.equals(expected)) {
            throw PgException.tryAgain(
                    "The connection for replication to "
                            + session.endpoint()
                            + " reached another server than the one that was looked at, or that"
                            + " one was restarted: expected "
                            + expected
                            + ", found "
                            + found);
        }
    }

    /** Over a connection for replication; not of the first timeline, which has no history. */
    TimelineHistory timelineHistory(ServerIdentity server) throws PgException {
        return session.one(
                "read the history of timeline " + server.timeline(),
                "TIMELINE_HISTORY " + server.timeline(),
                row ->
                        TimelineHistory.parse(
                                server.systemIdentifier(),
                                server.timeline(),
                                row.getString("content")));
    }

    Lsn currentLsn() throws PgException {
        return session.one(
                "read the current WAL position", CURRENT_LSN, row -> Lsn.parse(row.getString(1)));
    }

    Lsn flushedLsn() throws PgException {
        return session.one(
                "read how far the WAL is flushed", FLUSHED_LSN, row -> Lsn.parse(row.getString(1)));
    }

    @Nullable String setting(String name) throws PgException {
        // SHOW knows no parameters and no "unknown"; a setting's name may hold a dot.
        return session.first(
                "read setting " + name,
                "SELECT current_setting(?, true)",
                row -> row.getString(1),
                name);
    }

    Lsn emitHeartbeat(String prefix) throws PgException {
        return session.one(
                "write a heartbeat into the WAL",
                "SELECT pg_logical_emit_message(false, ?, '')::text",
                row -> Lsn.parse(row.getString(1)),
                prefix);
    }

    /** Returns when everything that was written so far is on the server's disk. */
    void flush() throws PgException {
        session.one(
                "flush the WAL",
                "SELECT pg_logical_emit_message(true, 'nanosync', '')::text",
                row -> true);
    }

    boolean tryLock(String slot) throws PgException {
        return session.one(
                "lock slot \"" + slot + "\"",
                "SELECT pg_try_advisory_lock(?)",
                row -> row.getBoolean(1),
                lockKey(slot));
    }

    @Nullable String lockHolder(String slot) throws PgException {
        long key = lockKey(slot);
        return session.first(
                "find who holds the lock on slot \"" + slot + "\"",
                LOCK_HOLDER,
                row -> {
                    String client = row.getString("client");
                    return "PID "
                            + row.getInt("pid")
                            + " (application \""
                            + row.getString("application_name")
                            + "\", role "
                            + row.getString("usename")
                            + (client == null ? "" : ", from " + client)
                            + ")";
                },
                key >>> 32,
                key & 0xFFFF_FFFFL);
    }

    /** The process that serves this session. */
    Backend ownBackend() throws PgException {
        return session.one(
                "read which process of the server this is",
                BACKENDS + " WHERE pid = pg_backend_pid()",
                ServerQueries::backend);
    }

    private static Backend backend(ResultSet row) throws SQLException {
        return new Backend(row.getInt("pid"), row.getLong("start_micros"));
    }

    /** Changes are sent without waiting for the socket, which has another wait event. */
    @Nullable Backend heldUpAtItsEnd(String slot) throws PgException {
        return session.first(
                "read whether the walsender of slot \"" + slot + "\" can't end",
                BACKENDS
                        + " WHERE wait_event = 'ClientWrite' AND usename = current_user"
                        + " AND pid = (SELECT active_pid FROM pg_replication_slots"
                        + " WHERE slot_name = ?)",
                ServerQueries::backend,
                slot);
    }

    boolean end(Backend backend) throws PgException {
        Boolean ended =
                session.first(
                        "end the session of PID " + backend.pid(),
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ? AND "
                                + START_MICROS
                                + " = ?",
                        row -> row.getBoolean(1),
                        backend.pid(),
                        backend.startMicros());
        return Boolean.TRUE.equals(ended);
    }

    boolean endSilentLockHolder(String slot, Duration silence) throws PgException {
        return ofSilentLockHolder("end", "SELECT pg_terminate_backend(a.pid)", slot, silence);
    }

    boolean hasSilentLockHolder(String slot, Duration silence) throws PgException {
        return ofSilentLockHolder("find", "SELECT true", slot, silence);
    }

    /**
     * What is selected of the session that holds the lock in silence; false when there is none.
     *
     * @param what is done, for messages
     */
    private boolean ofSilentLockHolder(String what, String select, String slot, Duration silence)
            throws PgException {
        long key = lockKey(slot);
        Boolean answer =
                session.first(
                        what + " who holds the lock on slot \"" + slot + "\" in silence",
                        select + "\n" + SILENT_LOCK_HOLDER,
                        row -> row.getBoolean(1),
                        key >>> 32,
                        key & 0xFFFF_FFFFL,
                        silence.toMillis());
        return Boolean.TRUE.equals(answer);
    }

    /** A key that every version of ours computes alike: the head of SHA-256 of the slot's name. */
    static long lockKey(String slot) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(("nanosync slot " + slot).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
