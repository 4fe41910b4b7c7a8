package io.nanosync.flink.pg.client.jdbc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What each session sets right after it connected, as one {@code SELECT set_config(…)}. Not by
 * startup parameters: the driver sends its own, which win over {@code options}.
 */
final class SessionSettings {

    private static final String LOCK_TIMEOUT = "30s";
    private static final String STATEMENT_TIMEOUT = "45s";

    /** Other servers refuse it, or do so up to some version: Windows has no such thing. */
    private static final String ON_LINUX_ONLY = "client_connection_check_interval";

    private final Map<String, String> values = new LinkedHashMap<>();

    private SessionSettings() {}

    static SessionSettings of(SessionKind kind, int versionNum) {
        SessionSettings settings = new SessionSettings();
        settings.text();
        settings.keepalive(kind);
        settings.unlimited(versionNum);
        if (kind != SessionKind.REPLICATION && versionNum >= 140_000) {
            // A server that sends nothing, since it sorts or finds no row, notices that its client
            // is gone only when it is told to look. Without effect on a walsender's commands.
            settings.values.put(ON_LINUX_ONLY, "5s");
        }
        if (kind == SessionKind.CONTROL) {
            settings.control();
        }
        if (kind.holdsSnapshot()) {
            settings.values.put("lock_timeout", LOCK_TIMEOUT);
        }
        if (kind == SessionKind.SNAPSHOT) {
            settings.scan();
        }
        if (kind == SessionKind.LOOKUP) {
            settings.lookup();
        }
        return settings;
    }

    /** Decides how values print: the same in snapshot and stream, whatever the role's defaults. */
    private void text() {
        values.put("DateStyle", "ISO");
        values.put("IntervalStyle", "postgres");
        values.put("TimeZone", "UTC");
        values.put("extra_float_digits", "1");
        values.put("lc_monetary", "C");
        values.put("bytea_output", "hex");
        values.put("standard_conforming_strings", "on");
        // Else an array's null is read as the word.
        values.put("array_nulls", "on");
        values.put("quote_all_identifiers", "off");
        // With nothing in the path, names inside values (regclass, regtype) are always qualified,
        // and nobody's function can stand in for one of PostgreSQL's.
        values.put("search_path", "");
    }

    private void unlimited(int versionNum) {
        values.put("statement_timeout", "0");
        values.put("lock_timeout", "0");
        values.put("idle_in_transaction_session_timeout", "0");
        if (versionNum >= 140_000) {
            values.put("idle_session_timeout", "0");
        }
        if (versionNum >= 170_000) {
            values.put("transaction_timeout", "0");
        }
    }

    /**
     * Lets the server notice within a minute that the host of a client is gone: it would keep the
     * session's lock, snapshot or slot for hours otherwise. Without effect on a local socket.
     */
    private void keepalive(SessionKind kind) {
        values.put("tcp_keepalives_idle", "20");
        values.put("tcp_keepalives_interval", "5");
        values.put("tcp_keepalives_count", "4");
        // Keepalives aren't sent while an answer isn't acknowledged. Not where rows are read: it
        // would end a session whose reader is held up for longer, and so would the server's own.
        boolean readsRows = kind == SessionKind.REPLICATION || kind == SessionKind.SNAPSHOT;
        values.put("tcp_user_timeout", readsRows ? "0" : "40000");
    }

    private void control() {
        values.put("statement_timeout", STATEMENT_TIMEOUT);
        values.put("lock_timeout", LOCK_TIMEOUT);
        values.put("default_transaction_read_only", "off");
        values.put("default_transaction_isolation", "read committed");
        // A publication must not wait for a standby, and a heartbeat even less.
        values.put("synchronous_commit", "local");
    }

    private void scan() {
        // A scan must begin at the first block, in one process, for rows to come in ctid order.
        values.put("synchronize_seqscans", "off");
        values.put("max_parallel_workers_per_gather", "0");
        // Constraints are of now, the rows of a snapshot.
        values.put("constraint_exclusion", "off");
        // A policy must fail the query, not filter its rows.
        values.put("row_security", "off");
        // With any second predicate the planner leaves the TID range scan otherwise.
        values.put("enable_seqscan", "off");
        values.put("enable_indexscan", "off");
        values.put("enable_indexonlyscan", "off");
        values.put("enable_bitmapscan", "off");
        // Up to 17 a scan that is switched off counts as dear and would be compiled for nothing.
        values.put("jit", "off");
    }

    private void lookup() {
        values.put("row_security", "off");
        // Key after key by the key's index, whatever statistics say.
        values.put("enable_indexscan", "on");
        values.put("enable_nestloop", "on");
        values.put("enable_seqscan", "off");
        values.put("enable_hashjoin", "off");
        values.put("enable_mergejoin", "off");
        values.put("max_parallel_workers_per_gather", "0");
        values.put("jit", "off");
    }

    /** The settings by name. */
    Map<String, String> values() {
        return Map.copyOf(values);
    }

    /** One statement that sets them all for the session. */
    String sql() {
        return values.entrySet().stream()
                .map(e -> set(e.getKey(), e.getValue()))
                .collect(Collectors.joining(", ", "SELECT ", ""));
    }

    private static String set(String name, String value) {
        String set = "pg_catalog.set_config('" + name + "', '" + value + "', false)";
        return name.equals(ON_LINUX_ONLY)
                ? "CASE WHEN pg_catalog.version() LIKE '%linux%' THEN " + set + " END"
                : set;
    }
}
