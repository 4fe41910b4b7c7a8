package io.nanosync.flink.jobs.history.load;

import java.sql.Connection;
import java.sql.SQLException;

/** One kind of writing. What it draws depends on its seed alone. */
interface Writer {

    /**
     * Runs one transaction, or none when another session is in its way, and rests behind it.
     *
     * @param connection without autocommit, before and after
     * @throws SQLException when the server is gone
     */
    void transaction(Connection connection) throws SQLException;
}
