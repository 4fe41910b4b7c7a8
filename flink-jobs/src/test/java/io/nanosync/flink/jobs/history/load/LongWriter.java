package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.jobs.history.Pause;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Transactions that are open for seconds, half of them prepared on the way. */
final class LongWriter implements Writer {

    private final int number;
    private final Random random;
    private final Work work;
    private final AtomicLong committed;
    private final boolean isLarge;
    private int prepared;

    /**
     * @param number of the client
     * @param committed counts the transactions
     * @param isLarge whether most of what they change comes at their ends
     */
    LongWriter(int number, long seed, AtomicLong committed, boolean isLarge) {
        this.number = number;
        this.random = new Random(seed * 31 + number);
        this.work = new Work(random, new Work.Ids(number));
        this.committed = committed;
        this.isLarge = isLarge;
    }

    @Override
    public void transaction(Connection connection) throws SQLException {
        boolean rolledBack = random.nextInt(4) == 0;
        boolean isPrepared = random.nextBoolean();
        long openMillis = random.nextInt(2_500);
        String note = rolledBack ? LoadTables.ABORTED : "open";
        try (Statement statement = connection.createStatement()) {
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                statement.execute(work.few(note));
            }
            if (isPrepared) {
                Prepared.end(connection, Prepared.id(rolledBack, number, prepared++), openMillis);
            } else {
                Pause.millis(openMillis);
                statement.execute(isLarge ? work.many(note) : work.few(note));
                if (rolledBack) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
            }
            committed.addAndGet(rolledBack ? 0 : 1);
        } catch (SQLException e) {
            // A deadlock, or the server is gone: then this throws.
            connection.rollback();
        }
        Pause.millis(random.nextInt(100));
    }
}
