package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.jobs.history.Pause;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Transactions of every kind on every table. */
final class MixedWriter implements Writer {

    /**
     * Of a hundred transactions of one client. Each that falls before its table was read starts the
     * snapshot anew: many at short intervals, and no snapshot would ever end.
     */
    private static final int TRUNCATES = 3;

    private final int number;
    private final boolean truncates;
    private final Random random;
    private final Work work;
    private final AtomicLong committed;
    private int prepared;

    /**
     * @param number of the client
     * @param truncates whether tables are truncated too
     * @param committed counts them
     */
    MixedWriter(int number, long seed, boolean truncates, AtomicLong committed) {
        this.number = number;
        this.truncates = truncates;
        this.random = new Random(seed * 31 + number);
        this.work = new Work(random, new Work.Ids(number));
        this.committed = committed;
    }

    @Override
    public void transaction(Connection connection) throws SQLException {
        draw(connection);
        Pause.millis(random.nextInt(40));
    }

    /** Draws all it needs before it asks the server anything. */
    private void draw(Connection connection) throws SQLException {
        int kind = random.nextInt(100);
        Random draws = new Random(random.nextLong());
        try (Statement statement = connection.createStatement()) {
            if (kind < 55) {
                several(statement, 1 + draws.nextInt(6), "n" + draws.nextInt(100));
                commit(connection);
            } else if (kind < 65) {
                several(statement, 1 + draws.nextInt(6), LoadTables.ABORTED);
                connection.rollback();
            } else if (kind < 73) {
                savepoints(statement, draws);
                commit(connection);
            } else if (kind < 79) {
                longOpen(statement, draws);
            } else if (kind < 86) {
                prepared(connection, statement, draws);
            } else if (kind < 90) {
                String truncate = work.truncate();
                if (truncates && number == 0 && kind < 86 + TRUNCATES) {
                    statement.execute(truncate);
                }
                several(statement, draws.nextInt(3), "after");
                commit(connection);
            } else if (kind < 95) {
                statement.execute(work.many("many"));
                commit(connection);
            } else {
                Pause.millis(draws.nextInt(1_500));
            }
        } catch (SQLException e) {
            // Deadlock, unique violation, or the server is gone: then the next one throws.
            connection.rollback();
        }
    }

    private void several(Statement statement, int count, String note) throws SQLException {
        for (int i = 0; i < count; i++) {
            statement.execute(work.few(note));
        }
    }

    private void savepoints(Statement statement, Random draws) throws SQLException {
        several(statement, 1, "outer");
        for (int i = 0; i < 3; i++) {
            boolean rolledBack = draws.nextBoolean();
            statement.execute("SAVEPOINT s" + i);
            several(statement, 1 + draws.nextInt(3), rolledBack ? LoadTables.ABORTED : "inner");
            statement.execute((rolledBack ? "ROLLBACK TO s" : "RELEASE s") + i);
        }
    }

    private void longOpen(Statement statement, Random draws) throws SQLException {
        boolean rolledBack = draws.nextInt(3) == 0;
        String note = rolledBack ? LoadTables.ABORTED : "long";
        several(statement, 2, note);
        Pause.millis(300 + draws.nextInt(2_000));
        several(statement, 2, note);
        if (rolledBack) {
            statement.getConnection().rollback();
        } else {
            commit(statement.getConnection());
        }
    }

    private void prepared(Connection connection, Statement statement, Random draws)
            throws SQLException {
        boolean rolledBack = draws.nextInt(3) == 0;
        String id = Prepared.id(rolledBack, number, prepared++);
        several(statement, 1 + draws.nextInt(4), rolledBack ? LoadTables.ABORTED : "prepared");
        Prepared.end(connection, id, draws.nextInt(400));
        committed.incrementAndGet();
    }

    private void commit(Connection connection) throws SQLException {
        connection.commit();
        committed.incrementAndGet();
    }
}
