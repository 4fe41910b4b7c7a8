package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Secret;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.PgConnection;

/**
 * Opens sessions. Goes to the driver itself, since {@code DriverManager} doesn't find one that a
 * child-first class loader holds.
 */
record Connector(ConnectionConfig config) implements Serializable {

    /**
     * Whose sessions were opened in this process: they are let in again, mostly, when what the
     * server asks is there again, or its rules have been written.
     */
    private static final Set<ConnectionConfig> LET_IN = ConcurrentHashMap.newKeySet();

    /** Bounds how long a cancel request connects, and how long it waits to be taken. */
    private static final int CANCEL_TIMEOUT_SECONDS = 4;

    Session open(SessionKind kind) throws PgException {
        Endpoint endpoint = Endpoint.of(config);
        DriverLease lease = null;
        PgConnection connection = null;
        try {
            lease = DriverLease.take();
            connection = connect(kind);
            int versionNum = connection.getQueryExecutor().getServerVersionNum();
            prepare(connection, versionNum, kind);
            LET_IN.add(config);
            return new Session(connection, lease, endpoint, versionNum);
        } catch (SQLException e) {
            giveUp(connection, lease, e);
            throw failure(endpoint, kind, e);
        }
    }

    private PgException failure(Endpoint endpoint, SessionKind kind, SQLException error) {
        PgException failure =
                endpoint.failure(
                        "connect as " + config.user(), error, remedy(kind, error.getSQLState()));
        return failure.refusesWhoConnects() && LET_IN.contains(config)
                ? new PgException(
                        failure.getMessage(), failure.sqlState(), PgException.Recovery.RETRY, error)
                : failure;
    }

    private @Nullable String remedy(SessionKind kind, @Nullable String state) {
        if (!SqlStates.INSUFFICIENT_PRIVILEGE.equals(state)) {
            return SqlStates.remedy(state);
        }
        String role = QualifiedName.quote(config.user());
        return kind == SessionKind.REPLICATION
                ? "Run: ALTER ROLE " + role + " REPLICATION"
                : "Run: GRANT CONNECT ON DATABASE "
                        + QualifiedName.quote(config.database())
                        + " TO "
                        + role;
    }

    private PgConnection connect(SessionKind kind) throws SQLException {
        Properties properties = properties(kind);
        try {
            return connect(properties);
        } catch (SQLException e) {
            if (!SqlStates.refusesTimeZone(e)) {
                throw e;
            }
        }
        // The driver sends the name of the JVM's time zone, which this server doesn't know, and
        // takes no other. Only then are the sockets ours: the driver makes them by name, which
        // takes a class loader that sees both.
        PGProperty.SOCKET_FACTORY.set(properties, UtcSocketFactory.class.getName());
        PGProperty.SSL_FACTORY.set(properties, UtcTlsFactory.class.getName());
        return connect(properties);
    }

    private PgConnection connect(Properties properties) throws SQLException {
        Connection connection = new Driver().connect(url(), properties);
        if (connection == null) {
            throw new SQLException("the driver doesn't accept the address");
        }
        return connection.unwrap(PgConnection.class);
    }

    private static void prepare(PgConnection connection, int versionNum, SessionKind kind)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(SessionSettings.of(kind, versionNum).sql());
        }
        // Up to here the connect time-out bounds each answer.
        connection.setNetworkTimeout(
                Runnable::run, Math.toIntExact(kind.networkTimeout().toMillis()));
    }

    private static void giveUp(
            @Nullable PgConnection connection, @Nullable DriverLease lease, SQLException cause) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
        try {
            if (lease != null) {
                lease.release();
            }
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** Hosts and database only: user, password and options go by properties. */
    String url() {
        return "jdbc:postgresql://"
                + config.address()
                + "/"
                + URLEncoder.encode(config.database(), StandardCharsets.UTF_8);
    }

    /** The driver's properties for a session of this kind. Holds the password: never print it. */
    Properties properties(SessionKind kind) {
        Properties properties = new Properties();
        config.driverProperties().forEach(properties::setProperty);
        PGProperty.USER.set(properties, config.user());
        Secret password = config.password();
        if (password != null) {
            PGProperty.PASSWORD.set(properties, password.reveal());
        }
        PGProperty.APPLICATION_NAME.set(properties, config.applicationName());
        int timeoutSeconds = (int) Math.max(1, config.connectTimeout().toSeconds());
        PGProperty.CONNECT_TIMEOUT.set(properties, timeoutSeconds);
        // Bounds a server that accepts and then says nothing; lifted once connected.
        PGProperty.SOCKET_TIMEOUT.set(properties, timeoutSeconds);
        PGProperty.CANCEL_SIGNAL_TIMEOUT.set(properties, CANCEL_TIMEOUT_SECONDS);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        // Of several hosts the driver leaves out those that failed a short while ago, even by a
        // wrong
        // password; after a failover that may be the one to take.
        PGProperty.HOST_RECHECK_SECONDS.set(properties, 0);
        // A statement prepared on the server is lost behind a pooler.
        PGProperty.PREPARE_THRESHOLD.set(properties, 0);
        if (kind == SessionKind.REPLICATION) {
            PGProperty.REPLICATION.set(properties, "database");
            PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "9.4");
            PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        }
        return properties;
    }

    @Override
    public String toString() {
        return Endpoint.of(config).toString();
    }
}
