package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with its settings, and short ways to ask it. Keeps the connection reachable: the
 * driver closes one that isn't, even in the middle of a stream. {@link #abort}, {@link #cancel} and
 * {@link #close} from any thread, the rest by one.
 */
final class Session implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final PgConnection connection;
    private final DriverLease lease;
    private final Endpoint endpoint;
    private final int versionNum;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private volatile boolean aborted;

    /** Takes ownership of connection and lease. */
    Session(PgConnection connection, DriverLease lease, Endpoint endpoint, int versionNum) {
        this.connection = connection;
        this.lease = lease;
        this.endpoint = endpoint;
        this.versionNum = versionNum;
    }

    PgConnection connection() {
        return connection;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** {@code server_version_num}. */
    int versionNum() {
        return versionNum;
    }

    /** Major version of the server. */
    int major() {
        return versionNum / 10_000;
    }

    /** Process id of the server's end. */
    int backendPid() {
        return connection.getBackendPID();
    }

    /** All rows. {@code doing} completes "Cannot …" in the error. */
    <T> List<T> rows(String doing, String sql, RowReader<T> reader, Object... arguments)
            throws PgException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, arguments);
            List<T> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(reader.read(result));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw failure(doing, e);
        }
    }

    private void bind(PreparedStatement statement, Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof Object[] array) {
                String type = array instanceof Long[] ? "int8" : "text";
                statement.setArray(i + 1, connection.createArrayOf(type, array));
            } else {
                statement.setObject(i + 1, arguments[i]);
            }
        }
    }

    /** The first row; null when there is none. */
    <T> @Nullable T first(String doing, String sql, RowReader<T> reader, Object... arguments)
            throws PgException {
        List<T> rows = rows(doing, sql, reader, arguments);
        return rows.isEmpty() ? null : rows.get(0);
    }

    /** The row of a query that always gives one. */
    <T> T one(String doing, String sql, RowReader<T> reader, Object... arguments)
            throws PgException {
        T row = first(doing, sql, reader, arguments);
        if (row == null) {
            throw PgException.needsPerson(
                    "Cannot " + doing + " on " + endpoint + ": the server gave no row");
        }
        return row;
    }

    /** Queries that must see one state of the catalog. */
    @FunctionalInterface
    interface Queries<T> {
        T run() throws PgException;
    }

    /** Runs queries under one snapshot; outside a transaction. */
    <T> T underOneSnapshot(String doing, Queries<T> queries) throws PgException {
        execute(doing, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        try {
            T result = queries.run();
            execute(doing, "COMMIT");
            return result;
        } catch (PgException | RuntimeException e) {
            try {
                executeRaw("ROLLBACK");
            } catch (SQLException rollback) {
                // With its connection the transaction is gone too.
                e.addSuppressed(rollback);
            }
            throw e;
        }
    }

    /** A statement without result and parameters. */
    void execute(String doing, String sql) throws PgException {
        try {
            executeRaw(sql);
        } catch (SQLException e) {
            throw failure(doing, e);
        }
    }

    /** The same with the driver's own exception, for callers that tell states apart. */
    void executeRaw(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * Several statements on one way to the server and back, of which exactly one is a query without
     * parameters: its first row, null when there is none.
     */
    <T> @Nullable T executeAndAsk(String statements, RowReader<T> reader) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean isQuery = statement.execute(statements);
            while (!isQuery) {
                if (statement.getUpdateCount() == -1) {
                    throw new IllegalArgumentException("No query among: " + statements);
                }
                isQuery = statement.getMoreResults();
            }
            try (ResultSet result = statement.getResultSet()) {
                return result.next() ? reader.read(result) : null;
            }
        }
    }

    /** A text as a literal, for statements that take no parameters. */
    String literal(String text) throws SQLException {
        return "'" + connection.escapeString(text) + "'";
    }

    /** See {@link Endpoint#failure(String, SQLException)}; says so where {@link #abort} did it. */
    PgException failure(String doing, SQLException error) {
        return failure(doing, error, SqlStates.remedy(error.getSQLState()));
    }

    PgException failure(String doing, SQLException error, @Nullable String remedy) {
        return aborted
                ? new PgException(
                        "Cannot " + doing + " on " + endpoint + ": the connection was aborted here",
                        error.getSQLState(),
                        PgException.Recovery.RETRY,
                        error)
                : endpoint.failure(doing, error, remedy);
    }

    /** Whether {@link #abort} or {@link #cancel} broke the connection. */
    boolean isAborted() {
        return aborted;
    }

    /** Closes the socket under whatever is running. */
    void abort() {
        closeSocket();
        release();
    }

    /**
     * {@link #abort}, then has the server stop what it does for this session, which may find out
     * late or never that nobody waits for it. Blocks while it connects, a few seconds at most.
     */
    void cancel() {
        closeSocket();
        try {
            if (cancelled.compareAndSet(false, true)) {
                // The connection's own method refuses once it is closed.
                connection.getQueryExecutor().sendQueryCancel();
            }
        } catch (SQLException e) {
            LOG.debug("A cancel request to {} failed", endpoint, e);
        } finally {
            release();
        }
    }

    private void closeSocket() {
        aborted = true;
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("Aborting a connection to {} failed", endpoint, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // The server ends the session either way; there is nobody to tell.
            LOG.debug("Closing a connection to {} failed", endpoint, e);
        } finally {
            release();
        }
    }

    private void release() {
        try {
            lease.release();
        } catch (SQLException e) {
            LOG.warn("Deregistering the PostgreSQL driver failed; its class loader stays", e);
        }
    }
}
