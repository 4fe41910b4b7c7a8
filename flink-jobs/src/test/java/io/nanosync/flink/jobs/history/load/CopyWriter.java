package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.jobs.history.Pause;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.postgresql.PGConnection;

/**
 * Transactions with rows that come by COPY, of which many share one place in the WAL, at once or
 * when the transaction has been open for seconds, between other statements.
 */
final class CopyWriter implements Writer {

    private static final int MOST_ROWS = 2_500;

    private final int number;
    private final Random random;
    private final Work work;
    private final Work.Ids ids;
    private final AtomicLong committed;
    private int prepared;

    /**
     * @param number of the client
     * @param committed counts the transactions
     */
    CopyWriter(int number, long seed, AtomicLong committed) {
        this.number = number;
        this.random = new Random(seed * 31 + number);
        this.ids = new Work.Ids(number);
        this.work = new Work(random, ids);
        this.committed = committed;
    }

    @Override
    public void transaction(Connection connection) throws SQLException {
        boolean rolledBack = random.nextInt(5) == 0;
        boolean isPrepared = random.nextInt(4) == 0;
        long openMillis = random.nextBoolean() ? 0 : random.nextInt(2_500);
        String note = rolledBack ? LoadTables.ABORTED : "copied";
        try (Statement statement = connection.createStatement()) {
            if (openMillis > 0) {
                statement.execute(work.few(note));
                Pause.millis(openMillis);
            }
            for (int i = random.nextInt(3); i >= 0; i--) {
                copy(connection, note);
                if (random.nextBoolean()) {
                    statement.execute(work.few(note));
                }
            }
            if (isPrepared) {
                Prepared.end(
                        connection,
                        Prepared.id(rolledBack, number, prepared++),
                        random.nextInt(1_000));
            } else if (rolledBack) {
                connection.rollback();
            } else {
                connection.commit();
            }
            committed.addAndGet(rolledBack ? 0 : 1);
        } catch (SQLException e) {
            // A deadlock, or the server is gone: then this throws.
            connection.rollback();
        }
        Pause.millis(random.nextInt(400));
    }

    /** A column with a volatile default that isn't given would have each row written by itself. */
    void copy(Connection connection, String note) throws SQLException {
        int rows = 1 + (random.nextInt(4) == 0 ? random.nextInt(MOST_ROWS) : random.nextInt(150));
        long first = ids.next(rows);
        int table = random.nextInt(7);
        String into =
                switch (table) {
                    case 0, 1 -> "h.plain (id, note, seen)";
                    case 2 -> "h.keyless (n, note)";
                    case 3 -> "h.parted (id, note, region)";
                    case 4 -> "h.divided (id, note, region)";
                    case 5 -> "h.toasted (id, big)";
                    default -> "h.whole (id, big)";
                };
        StringBuilder text = new StringBuilder();
        for (long id = first; id < first + rows; id++) {
            text.append(table == 2 ? id % 100 : id).append('\t').append(note);
            switch (table) {
                case 0, 1 -> text.append("\t2026-01-01 00:00:00+00");
                case 3, 4 -> text.append(id % 3 == 0 ? "\ta" : "\tb");
                default -> {
                    // That is all.
                }
            }
            text.append('\n');
        }
        try {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY " + into + " FROM STDIN", new StringReader(text.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
