package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.ControlSession.SlotHolder;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.wal.Lsn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code pg_replication_slots} and what moves it. */
final class SlotQueries {

    private static final String SLOT =
            """
            SELECT plugin, database, active_pid, confirmed_flush_lsn::text, wal_status,
                   safe_wal_size, temporary, %s AS invalidation_reason, %s AS synced,
                   %s AS failover,
                   %s AS delivers_prepared,
                   %s AS idle_seconds_left,
                   coalesce(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                                 ELSE pg_current_wal_insert_lsn() END - confirmed_flush_lsn, 0)
                       AS lag_bytes
              FROM pg_replication_slots WHERE slot_name = ?
            """;

    /** Only a slot that reserves WAL, isn't active and isn't a copy of a primary's runs out. */
    private static final String IDLE_SECONDS_LEFT =
            """
            CASE WHEN NOT active AND NOT synced AND restart_lsn IS NOT NULL
                  AND current_setting('idle_replication_slot_timeout')::interval > '0'
                 THEN extract(epoch FROM inactive_since - now()
                              + current_setting('idle_replication_slot_timeout')::interval)::int8
             END
            """;

    /** The first version that counts what is sent from a slot. */
    private static final int STATISTICS_MAJOR = 14;

    private final Session session;

    SlotQueries(Session session) {
        this.session = session;
    }

    @Nullable SlotState slot(String name) throws PgException {
        boolean from17 = session.major() >= 17;
        String sql =
                SLOT.formatted(
                        from17 ? "invalidation_reason" : "NULL",
                        from17 ? "synced" : "false",
                        from17 ? "failover" : "false",
                        session.major() >= 15 ? "two_phase" : "false",
                        session.major() >= 18 ? IDLE_SECONDS_LEFT : "NULL::int8");
        return session.first("read slot \"" + name + "\"", sql, row -> state(name, row), name);
    }

    private static SlotState state(String name, ResultSet row) throws SQLException {
        int pid = row.getInt("active_pid");
        Integer activePid = row.wasNull() ? null : pid;
        String confirmed = row.getString("confirmed_flush_lsn");
        long safeBytes = row.getLong("safe_wal_size");
        Long safeWalBytes = row.wasNull() ? null : safeBytes;
        long idleSeconds = row.getLong("idle_seconds_left");
        Long idleSecondsLeft = row.wasNull() ? null : Math.max(0, idleSeconds);
        return new SlotState(
                name,
                row.getString("plugin"),
                row.getString("database"),
                activePid,
                confirmed == null ? null : Lsn.parse(confirmed),
                row.getString("wal_status"),
                row.getString("invalidation_reason"),
                safeWalBytes,
                idleSecondsLeft,
                row.getLong("lag_bytes"),
                row.getBoolean("temporary"),
                row.getBoolean("synced"),
                row.getBoolean("failover"),
                row.getBoolean("delivers_prepared"));
    }

    /**
     * A visible row has no transaction that is yet to come: one whose age is negative was frozen
     * more than two thousand million transactions ago.
     */
    Set<Integer> notOlder(String name, Set<Integer> transactions) throws PgException {
        return Set.copyOf(
                session.rows(
                        "compare the catalog with slot \"" + name + "\"",
                        """
                        SELECT x.id
                          FROM unnest(?::int8[]) x(id)
                          JOIN pg_replication_slots s ON s.slot_name = ?
                         WHERE s.catalog_xmin IS NULL
                            OR age(x.id::text::xid) BETWEEN 0 AND age(s.catalog_xmin)
                        """,
                        row -> (int) row.getLong("id"),
                        transactions.stream().map(Integer::toUnsignedLong).toArray(Long[]::new),
                        name));
    }

    /**
     * A transaction that is open, and to be delivered when it ends, holds the WAL that it wrote.
     */
    boolean deliversOnlyBehind(String name, Lsn place) throws PgException {
        return session.one(
                "compare a place in the WAL with slot \"" + name + "\"",
                """
                SELECT EXISTS (SELECT FROM pg_replication_slots
                                WHERE slot_name = ? AND restart_lsn >= ?::text::pg_lsn)
                """,
                row -> row.getBoolean(1),
                name,
                place.toString());
    }

    /** The row of a dropped column was last written by the transaction that dropped it. */
    Set<Integer> droppedSince(String name, int table) throws PgException {
        return Set.copyOf(
                session.rows(
                        "read which columns were dropped since slot \"" + name + "\"",
                        """
                        SELECT a.attnum
                          FROM pg_attribute a JOIN pg_replication_slots s ON s.slot_name = ?
                         WHERE a.attrelid = ?::oid AND a.attnum > 0 AND a.attisdropped
                           AND (s.catalog_xmin IS NULL
                                OR age(a.xmin) BETWEEN 0 AND age(s.catalog_xmin))
                        """,
                        row -> row.getInt("attnum"),
                        name,
                        Integer.toUnsignedLong(table)));
    }

    /** How many transactions were sent from the slot, as far as the server knows; 0 before 14. */
    long transactionsSent(String name) throws PgException {
        if (session.major() < STATISTICS_MAJOR) {
            return 0;
        }
        Long sent =
                session.first(
                        "read how much was sent from slot \"" + name + "\"",
                        "SELECT total_txns FROM pg_stat_replication_slots WHERE slot_name = ?",
                        row -> row.getLong("total_txns"),
                        name);
        return sent == null ? 0 : sent;
    }

    @Nullable SlotHolder holder(String name) throws PgException {
        return session.first(
                "read who streams from slot \"" + name + "\"",
                """
                SELECT s.active_pid, coalesce(a.application_name, '') AS application,
                       host(a.client_addr) || ':' || a.client_port AS address
                  FROM pg_replication_slots s
                  LEFT JOIN pg_stat_activity a ON a.pid = s.active_pid
                 WHERE s.slot_name = ? AND s.active_pid IS NOT NULL
                """,
                row ->
                        new SlotHolder(
                                row.getInt("active_pid"),
                                row.getString("application"),
                                row.getString("address")),
                name);
    }

    void drop(String name) throws PgException {
        session.one(
                "drop slot \"" + name + "\"",
                "SELECT pg_drop_replication_slot(?)::text",
                row -> true,
                name);
    }

    void touch(String name, Lsn confirmed) throws PgException {
        session.one(
                "keep slot \"" + name + "\" from its idle time-out at " + confirmed,
                "SELECT pg_replication_slot_advance(?, ?::pg_lsn)::text",
                row -> true,
                name,
                confirmed.toString());
    }
}
