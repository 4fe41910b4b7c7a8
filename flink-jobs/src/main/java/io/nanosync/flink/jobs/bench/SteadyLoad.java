package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Writes changes at a steady rate, in small transactions over several connections. */
final class SteadyLoad implements AutoCloseable {

    private static final int WRITERS = 4;
    private static final int ROWS = 20;

    private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    private final List<Future<?>> writers = new ArrayList<>();
    private final AtomicLong written = new AtomicLong();
    private volatile boolean stopped;

    private SteadyLoad() {}

    static SteadyLoad start(Database database, QualifiedName table, int changesPerSecond)
            throws SQLException {
        SteadyLoad load = new SteadyLoad();
        long pauseNanos = 1_000_000_000L * ROWS * WRITERS / changesPerSecond;
        for (int writer = 0; writer < WRITERS; writer++) {
            Connection connection = database.connect();
            long firstId = writer * 1_000_000_000L;
            load.writers.add(
                    load.threads.submit(
                            () -> {
                                try (connection) {
                                    load.write(connection, table, firstId, pauseNanos);
                                }
                                return null;
                            }));
        }
        return load;
    }

    private void write(Connection connection, QualifiedName table, long firstId, long pauseNanos)
            throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO "
                                + table.sql()
                                + " SELECT i, i % 100003, 12.34, 'paid', now() FROM"
                                + " generate_series(?::bigint, ?) i")) {
            long id = firstId;
            long due = System.nanoTime();
            while (!stopped) {
                insert.setLong(1, id);
                insert.setLong(2, id + ROWS - 1);
                insert.executeUpdate();
                id += ROWS;
                written.addAndGet(ROWS);
                due += pauseNanos;
                long early = due - System.nanoTime();
                if (early > 0) {
                    LockSupport.parkNanos(early);
                }
            }
        }
    }

    /** Changes committed so far. */
    long written() {
        return written.get();
    }

    /** Ends the writers. */
    void stop() throws InterruptedException, ExecutionException {
        stopped = true;
        for (Future<?> writer : writers) {
            writer.get();
        }
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdown();
    }
}
