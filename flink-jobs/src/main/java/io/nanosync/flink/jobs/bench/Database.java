package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Secret;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** The database under test, reached by the bare driver. */
record Database(ConnectionConfig config) {

    Connection connect() throws SQLException {
        return open(new Properties());
    }

    /** A connection that speaks the replication protocol. */
    Connection connectReplication() throws SQLException {
        Properties properties = new Properties();
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        return open(properties);
    }

    private Connection open(Properties properties) throws SQLException {
        Properties all = new Properties();
        all.putAll(config.driverProperties());
        all.putAll(properties);
        PGProperty.USER.set(all, config.user());
        PGProperty.APPLICATION_NAME.set(all, "nanosync-bench");
        Secret password = config.password();
        if (password != null) {
            PGProperty.PASSWORD.set(all, password.reveal());
        }
        String url = "jdbc:postgresql://" + config.address() + "/" + config.database();
        Connection connection = new Driver().connect(url, all);
        if (connection == null) {
            throw new SQLException("The PostgreSQL driver doesn't accept " + url);
        }
        return connection;
    }

    /** Runs statements one after the other, each in a transaction of its own. */
    void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The first column of the first row as text. */
    String query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            if (!rows.next()) {
                throw new SQLException("No row from: " + sql);
            }
            return String.valueOf(rows.getString(1));
        }
    }
}
