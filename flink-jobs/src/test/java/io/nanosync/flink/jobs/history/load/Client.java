package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.jobs.history.Pause;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One session that writes. What becomes of it depends on the others too: a deadlock or a server
 * that goes away ends the transaction, and the next one comes.
 */
final class Client implements Runnable {

    private static final int RETRY_MILLIS = 50;

    private final TestDatabase database;
    private final int number;
    private final Writer writer;
    private final AtomicBoolean stopped;

    Client(TestDatabase database, int number, Writer writer, AtomicBoolean stopped) {
        this.database = database;
        this.number = number;
        this.writer = writer;
        this.stopped = stopped;
    }

    @Override
    public void run() {
        while (!stopped.get()) {
            try (Connection connection = database.connect(properties())) {
                Prepared.finish(connection, Prepared.of(number));
                connection.setAutoCommit(false);
                while (!stopped.get()) {
                    writer.transaction(connection);
                }
            } catch (SQLException | AssertionError serverIsAway) {
                Pause.millis(RETRY_MILLIS);
            }
        }
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "load");
        properties.setProperty("socketTimeout", "60");
        return properties;
    }
}
