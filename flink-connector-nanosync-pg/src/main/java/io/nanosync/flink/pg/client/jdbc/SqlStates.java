package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException.Recovery;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * What an SQLSTATE means for a caller, and what a person may do about it.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/errcodes.txt}; DESIGN, section 6, "Reconnect".
 */
final class SqlStates {

    /** The driver's where a stream or a connection has been closed. */
    static final String NO_CONNECTION = "08003";

    /** The driver's for what it and the server can't agree on: TLS, a password, its method. */
    static final String CONNECTION_REJECTED = "08004";

    static final String INVALID_AUTHORIZATION = "28000";
    static final String INVALID_PASSWORD = "28P01";
    static final String INSUFFICIENT_PRIVILEGE = "42501";
    static final String UNDEFINED_OBJECT = "42704";
    static final String DUPLICATE_OBJECT = "42710";
    static final String UNDEFINED_TABLE = "42P01";
    static final String UNDEFINED_FUNCTION = "42883";
    static final String UNDEFINED_SCHEMA = "3F000";
    static final String INVALID_TEXT = "22P02";
    static final String INVALID_BUCKETS = "2201G";
    static final String DIVISION_BY_ZERO = "22012";
    static final String UNKNOWN_DATABASE = "3D000";
    static final String INVALID_PARAMETER = "22023";
    static final String NOT_IN_PREREQUISITE_STATE = "55000";
    static final String OBJECT_IN_USE = "55006";
    static final String LOCK_NOT_AVAILABLE = "55P03";
    static final String QUERY_CANCELED = "57014";
    static final String TOO_MANY_CONNECTIONS = "53300";
    static final String CONFIGURATION_LIMIT = "53400";

    private static final Set<String> RETRIED =
            Set.of(
                    "57P01", // admin_shutdown
                    "57P02", // crash_shutdown
                    "57P03", // cannot_connect_now
                    "57P05", // idle_session_timeout
                    "53000", // insufficient_resources
                    "53100", // disk_full
                    "53200", // out_of_memory
                    TOO_MANY_CONNECTIONS,
                    CONFIGURATION_LIMIT,
                    // What a failover, a full or slow disk or a mount that came late gives once and
                    // not again: "cache lookup failed", "could not read file", "requested WAL
                    // segment has already been removed" on a server that just took over. The
                    // attempts of a stream are bounded by max_reconnect_attempts, and an internal
                    // error that stays is final then. XX001 and XX002 (data or index corrupted)
                    // stay final: the bytes on disk don't heal.
                    "58000", // system_error
                    "58030", // io_error
                    "58P01", // undefined_file
                    "XX000", // internal_error
                    // read_only_sql_transaction: of several hosts a standby answered. A role's own
                    // setting doesn't give it, each control session turns that off.
                    "25006",
                    "40001", // serialization_failure
                    "40P01", // deadlock_detected
                    LOCK_NOT_AVAILABLE,
                    QUERY_CANCELED);

    /**
     * What a range of values gives that was right once, when what it names was renamed or dropped;
     * it divides by zero when a name is another collation's, or an enumeration has more values.
     */
    private static final Set<String> OUTDATED =
            Set.of(
                    INVALID_TEXT,
                    UNDEFINED_OBJECT,
                    UNDEFINED_FUNCTION,
                    UNDEFINED_SCHEMA,
                    DIVISION_BY_ZERO);

    /** What a query by name gives when no table has it, or, by {@link NamedTable}, another one. */
    private static final Set<String> OTHER_TABLE =
            Set.of(UNDEFINED_TABLE, UNDEFINED_SCHEMA, INVALID_BUCKETS);

    private SqlStates() {}

    /**
     * What to do about an error. Without an SQLSTATE it is decided by whether the connection broke;
     * an SQLSTATE that nobody foresaw needs a person.
     */
    static Recovery recovery(SQLException error) {
        String state = error.getSQLState();
        if (OBJECT_IN_USE.equals(state)) {
            return Recovery.WAIT;
        }
        if (CONNECTION_REJECTED.equals(state)) {
            return Recovery.FAIL;
        }
        if (state == null) {
            return error.getCause() instanceof IOException ? Recovery.RETRY : Recovery.FAIL;
        }
        if (isDriversOwn(error) && NOT_IN_PREREQUISITE_STATE.equals(state)) {
            // Another thread has found the connection broken, and says so.
            return Recovery.RETRY;
        }
        // 08P01 is a protocol violation: the bytes are out of step, a new connection mends that.
        return state.startsWith("08") || RETRIED.contains(state) ? Recovery.RETRY : Recovery.FAIL;
    }

    /**
     * One sentence on what to do, for errors whose remedy doesn't depend on what was being done.
     */
    static @Nullable String remedy(@Nullable String state) {
        if (state == null) {
            return null;
        }
        return switch (state) {
            case INVALID_PASSWORD -> "Check user and password of the connection";
            case INVALID_AUTHORIZATION ->
                    "Check user, sslmode and the server's pg_hba.conf (logical replication"
                            + " connections match the database's lines, not \"replication\")";
            case CONNECTION_REJECTED -> "Check sslmode, user and password of the connection";
            case UNKNOWN_DATABASE -> "Check the database of the connection";
            case TOO_MANY_CONNECTIONS ->
                    "Raise max_connections or max_wal_senders on the server, or lower"
                            + " snapshot_workers";
            case LOCK_NOT_AVAILABLE ->
                    "Another session holds a lock; find it with: SELECT pid, query FROM"
                            + " pg_stat_activity WHERE pid IN (SELECT pid FROM pg_locks WHERE mode"
                            + " = 'AccessExclusiveLock')";
            default -> state.startsWith("08") ? "Check host, port and network" : null;
        };
    }

    /** Whether it refuses a connection for the time zone of the JVM; the word isn't translated. */
    static boolean refusesTimeZone(SQLException error) {
        return INVALID_PARAMETER.equals(error.getSQLState())
                && String.valueOf(error.getMessage()).contains("TimeZone");
    }

    /** Whether a range of values names types, operators, collations or labels of the past. */
    static boolean saysOutdated(SQLException error) {
        return OUTDATED.contains(String.valueOf(error.getSQLState()));
    }

    /** Whether the name of a table that was there means none any more, or another one. */
    static boolean saysOtherTable(SQLException error) {
        return OTHER_TABLE.contains(String.valueOf(error.getSQLState()));
    }

    /** Whether it says that what a query names isn't there, or of another kind. */
    static boolean saysAltered(SQLException error) {
        String state = String.valueOf(error.getSQLState());
        return UNDEFINED_SCHEMA.equals(state)
                || (state.startsWith("42") && !INSUFFICIENT_PRIVILEGE.equals(state));
    }

    /** Whether a value is what it fails with: then PostgreSQL's words may quote it. */
    static boolean saysData(SQLException error) {
        return String.valueOf(error.getSQLState()).startsWith("22");
    }

    /** Whether it says that nothing streams any more: the thread that noticed has the reason. */
    static boolean saysEnded(SQLException error) {
        return isDriversOwn(error)
                && (NOT_IN_PREREQUISITE_STATE.equals(error.getSQLState())
                        || NO_CONNECTION.equals(error.getSQLState()));
    }

    private static boolean isDriversOwn(SQLException error) {
        return error instanceof PSQLException own && own.getServerErrorMessage() == null;
    }

    /** Whether it says that a snapshot can't be imported any more. */
    static boolean saysSnapshotLost(SQLException error) {
        String state = error.getSQLState();
        return UNDEFINED_OBJECT.equals(state)
                || INVALID_PARAMETER.equals(state)
                || NOT_IN_PREREQUISITE_STATE.equals(state);
    }
}
