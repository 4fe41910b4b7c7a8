package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Transactions that are written in a thread of their own, one behind the other, until a stop. */
final class BackgroundLoad {

    /** How its session is called, beside those of a pipeline. */
    static final String APPLICATION = "background load";

    private final AtomicBoolean loading = new AtomicBoolean(true);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread;

    /** One transaction; autocommit is off before and behind it. */
    @FunctionalInterface
    interface Transaction {
        void write(Connection connection, Statement statement, int number) throws Exception;
    }

    private BackgroundLoad(TestDatabase database, Transaction transaction) {
        thread = new Thread(() -> run(database, transaction), "load");
    }

    static BackgroundLoad start(TestDatabase database, Transaction transaction) {
        BackgroundLoad load = new BackgroundLoad(database, transaction);
        load.thread.start();
        return load;
    }

    private void run(TestDatabase database, Transaction transaction) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET application_name = '" + APPLICATION + "'");
            connection.setAutoCommit(false);
            for (int number = 0; loading.get(); number++) {
                transaction.write(connection, statement, number);
            }
        } catch (Exception e) {
            failure.set(e);
        }
    }

    /** Ends a transaction: each fifth in vain. */
    static void end(Connection connection, int number) throws SQLException {
        if (number % 5 == 4) {
            connection.rollback();
        } else {
            connection.commit();
        }
    }

    /**
     * Inserts, updates and deletes a row of a table {@code (id, …, amount)} whose ids begin with 1
     * to 5,000.
     *
     * @param values of the new row behind its id, with the comma in front
     * @param amount what the amount of another row becomes
     */
    static void change(Statement statement, String table, String values, String amount, int number)
            throws SQLException {
        statement.execute("INSERT INTO " + table + " VALUES (" + (10_000 + number) + values + ")");
        statement.execute(
                "UPDATE "
                        + table
                        + " SET amount = "
                        + amount
                        + " WHERE id = "
                        + number * 37 % 5000);
        statement.execute("DELETE FROM " + table + " WHERE id = " + (10_000 + number / 2));
    }

    /** Returns behind the last transaction; all of them have gone well. */
    void stop() throws InterruptedException {
        loading.set(false);
        thread.join();
        // Told once: what is cleaned up behind a failed test has to go on.
        assertThat(failure.getAndSet(null)).isNull();
    }
}
