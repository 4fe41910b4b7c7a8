package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.jobs.history.Pause;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Transactions over several tables of up to some dozen megabytes: beyond what a pipeline holds in
 * memory of those that it delivers whole.
 */
final class LargeWriter implements Writer {

    /** Each of some 8 kB. */
    private static final int MOST_ROWS = 3_500;

    private final Random random;
    private final Work work;
    private final Work.Ids ids;
    private final AtomicLong committed;

    /**
     * @param number of the client
     * @param committed counts the transactions
     */
    LargeWriter(int number, long seed, AtomicLong committed) {
        this.random = new Random(seed * 31 + number);
        this.ids = new Work.Ids(number);
        this.work = new Work(random, ids);
        this.committed = committed;
    }

    @Override
    public void transaction(Connection connection) throws SQLException {
        Pause.millis(random.nextInt(4_000));
        boolean rolledBack = random.nextInt(6) == 0;
        String note = rolledBack ? LoadTables.ABORTED : "large";
        int rows = 500 + random.nextInt(MOST_ROWS);
        long first = ids.next(rows);
        String table = random.nextBoolean() ? "toasted" : "whole";
        try (Statement statement = connection.createStatement()) {
            statement.execute(work.few(note));
            statement.execute(
                    ("INSERT INTO h.%s (id, small, big) SELECT g, 1, repeat(md5(g::text), 250) ||"
                                    + " '%s' FROM generate_series(%d, %d) g")
                            .formatted(table, note, first, first + rows - 1));
            statement.execute(work.few(note));
            if (rolledBack) {
                connection.rollback();
            } else {
                connection.commit();
                committed.incrementAndGet();
            }
        } catch (SQLException e) {
            // A deadlock, or the server is gone: then this throws.
            connection.rollback();
        }
    }
}
