package io.nanosync.flink.pg.testing;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * One database of a {@link TestPostgres}. Every statement here runs as superuser in a short session
 * of its own, with autocommit.
 */
public final class TestDatabase implements AutoCloseable {

    private static final Pattern PSQL =
            Pattern.compile("psql 'postgresql:///([^'?]+)[?]replication=database' -c '([^']+)'");

    private final int port;
    private final String name;

    TestDatabase(int port, String name) {
        this.port = port;
        this.name = name;
    }

    public String name() {
        return name;
    }

    public int port() {
        return port;
    }

    /** The same database, by a way that begins at another port. */
    public TestDatabase through(int otherPort) {
        return new TestDatabase(otherPort, name);
    }

    /** For {@code psql}, connection strings of pipelines and the like. */
    public String dsn() {
        return "postgres://" + TestPostgres.SUPERUSER + "@127.0.0.1:" + port + "/" + name;
    }

    /** A session as superuser. The caller closes it. */
    public Connection connect() {
        return connect(new Properties());
    }

    /** A session as this role. The caller closes it. */
    public Connection connect(String user, String password) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return connect(properties);
    }

    /** A session with these properties of pgjdbc. The caller closes it. */
    public Connection connect(Properties properties) {
        try {
            return connect(port, name, properties);
        } catch (SQLException e) {
            throw new AssertionError("Cannot connect to database " + name, e);
        }
    }

    /** As superuser, without a password. */
    public ConnectionConfig connectionConfig() {
        return connectionConfig(TestPostgres.SUPERUSER, null);
    }

    /** The same at another port: that of a proxy. */
    public ConnectionConfig connectionConfig(int otherPort) {
        return connectionConfig(otherPort, TestPostgres.SUPERUSER, null);
    }

    /** As this role. */
    public ConnectionConfig connectionConfig(String user, @Nullable String password) {
        return connectionConfig(port, user, password);
    }

    private ConnectionConfig connectionConfig(int at, String user, @Nullable String password) {
        return new ConnectionConfig(
                List.of(new ConnectionConfig.Host("127.0.0.1", at)),
                name,
                user,
                password == null ? null : new Secret(password),
                Duration.ofSeconds(10),
                "nanosync-test",
                Map.of());
    }

    /** Runs each statement in a transaction of its own. */
    public void execute(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                executeOne(statement, sql);
            }
        } catch (SQLException e) {
            throw new AssertionError("Cannot close a session of database " + name, e);
        }
    }

    private static void executeOne(Statement statement, String sql) {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError("Failed: " + sql, e);
        }
    }

    /**
     * Does what a message says: SQL, or a command of the replication protocol for {@code psql}, one
     * behind the other.
     */
    public void executeAsTold(String remedy) {
        for (String step : remedy.split("; ")) {
            Matcher psql = PSQL.matcher(step);
            if (psql.matches()) {
                executeReplication(psql.group(1), psql.group(2));
            } else {
                execute(step);
            }
        }
    }

    private void executeReplication(String encodedName, String command) {
        String told = URLDecoder.decode(encodedName, StandardCharsets.UTF_8);
        if (!told.equals(name)) {
            throw new AssertionError("Expected a command for " + name + ", found " + told);
        }
        Properties properties = new Properties();
        properties.setProperty("replication", "database");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("assumeMinServerVersion", "10");
        try (Connection connection = connect(properties);
                Statement statement = connection.createStatement()) {
            executeOne(statement, command);
        } catch (SQLException e) {
            throw new AssertionError("Cannot close a session of database " + name, e);
        }
    }

    /**
     * The first column of the only row, as text.
     *
     * @throws NoValueError without one row, or where it is SQL null
     */
    public String queryString(String sql) {
        List<@Nullable String> values = queryList(sql);
        String value = values.size() == 1 ? values.get(0) : null;
        if (value == null) {
            throw new NoValueError("Expected one row with a value, found " + values + ": " + sql);
        }
        return value;
    }

    /** The first column of the only row, as a number. See {@link #queryString}. */
    public long queryLong(String sql) {
        return Long.parseLong(queryString(sql));
    }

    /** The first column of every row, as text. */
    public List<@Nullable String> queryList(String sql) {
        List<@Nullable String> values = new ArrayList<>();
        for (List<@Nullable String> row : queryRows(sql)) {
            values.add(row.get(0));
        }
        return values;
    }

    /**
     * The backend that streams from a slot; null while none does. A slot alone is active while it
     * is being made as well, when the snapshot is still to come.
     */
    public @Nullable String streamingPid(String slot) {
        List<@Nullable String> pids =
                queryList(
                        "SELECT pid::text FROM pg_stat_replication JOIN pg_replication_slots ON pid"
                                + " = active_pid WHERE slot_name = '"
                                + slot
                                + "' AND state IN ('catchup', 'streaming')");
        return pids.isEmpty() ? null : pids.get(0);
    }

    /** All columns of every row, as text. */
    public List<List<@Nullable String>> queryRows(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<@Nullable String>> rows = new ArrayList<>();
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>(columns);
                for (int column = 1; column <= columns; column++) {
                    row.add(result.getString(column));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError("Failed: " + sql, e);
        }
    }

    /**
     * Ends the database's sessions, drops its slots, rolls prepared transactions back, drops it.
     */
    @Override
    public void close() {
        for (@Nullable String gid :
                queryList(
                        "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")) {
            execute("ROLLBACK PREPARED '" + gid.replace("'", "''") + "'");
        }
        TestDatabase server = new TestDatabase(port, TestPostgres.SUPERUSER);
        Await.until(
                "database " + name + " has no slot",
                () -> {
                    server.execute(
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                                    + " '"
                                    + name
                                    + "'",
                            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                                    + " WHERE NOT active AND database = '"
                                    + name
                                    + "'");
                    return server.queryLong(
                                    "SELECT count(*) FROM pg_replication_slots WHERE database = '"
                                            + name
                                            + "'")
                            == 0;
                });
        server.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }

    @Override
    public String toString() {
        return dsn();
    }

    /** The driver itself: {@code DriverManager} depends on class loaders. */
    static Connection connect(int port, String database, Properties properties)
            throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", TestPostgres.SUPERUSER);
        all.setProperty("ApplicationName", "nanosync-test");
        all.putAll(properties);
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
        Connection connection = new Driver().connect(url, all);
        if (connection == null) {
            throw new SQLException("Not understood by the driver: " + url);
        }
        return connection;
    }
}
