package io.nanosync.flink.jobs.history.load;

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
                String end = id.startsWith("rollback") ? "ROLLBACK" : "COMMIT";
                statement.execute(end + " PREPARED '" + id + "'");
            }
        }
    }
}
