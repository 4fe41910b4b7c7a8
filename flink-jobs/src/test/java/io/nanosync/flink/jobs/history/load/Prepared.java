package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.jobs.history.Pause;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Transactions that were prepared when the session that would have ended them was lost. */
final class Prepared {

    private Prepared() {}

    /**
     * The id of one, which says what is to become of it, for whoever finds it left over.
     *
     * @param client whose it is
     * @param number counts those of the client
     */
    static String id(boolean rolledBack, int client, int number) {
        return (rolledBack ? "rollback" : "commit") + "-" + client + "-" + number;
    }

    /**
     * Prepares the connection's transaction and ends it some time later.
     *
     * @param connection without autocommit, before and after
     */
    static void end(Connection connection, String id, long laterMillis) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PREPARE TRANSACTION '" + id + "'");
            connection.setAutoCommit(true);
            Pause.millis(laterMillis);
            end(statement, id);
        } finally {
            connection.setAutoCommit(false);
        }
    }

    private static void end(Statement statement, String id) throws SQLException {
        String end = id.startsWith("rollback") ? "ROLLBACK" : "COMMIT";
        statement.execute(end + " PREPARED '" + id + "'");
    }

    /** A pattern of LIKE for all of a client. */
    static String of(int client) {
        return "%-" + client + "-%";
    }

    /**
     * Ends them as their ids say.
     *
     * @param connection with autocommit
     * @param ids a pattern of LIKE
     */
    static void finish(Connection connection, String ids) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement(
                        "SELECT gid FROM pg_prepared_xacts"
                                + " WHERE database = current_database() AND gid LIKE ?")) {
            statement.setString(1, ids);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
        }
        try (Statement statement = connection.createStatement()) {
            for (String id : found) {
                end(statement, id);
            }
        }
    }
}
