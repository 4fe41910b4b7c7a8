package io.nanosync.flink.jobs.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Keeps changing a database from several connections at a steady pace until it is stopped. What
 * each connection does follows from the seed; how they interleave doesn't.
 */
public final class LoadGenerator implements AutoCloseable {

    /** Deadlock, serialization failure, lock not available: normal among concurrent writers. */
    private static final Set<String> RETRIED = Set.of("40P01", "40001", "55P03");

    private final List<Thread> writers = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong rollbacks = new AtomicLong();
    private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();

    private LoadGenerator() {}

    /**
     * Starts the writers.
     *
     * @param connections opens a connection for each writer
     * @param mix what they do, each entry equally often
     * @param writers how many connections
     * @param perSecond transactions a second of all writers together
     */
    public static LoadGenerator start(
            ConnectionSource connections,
            List<LoadTransaction> mix,
            int writers,
            int perSecond,
            long seed) {
        LoadGenerator load = new LoadGenerator();
        long pauseNanos = TimeUnit.SECONDS.toNanos(1) * writers / perSecond;
        for (int i = 0; i < writers; i++) {
            Random random = new Random(seed + i);
            Thread writer =
                    new Thread(
                            () -> load.write(connections, List.copyOf(mix), random, pauseNanos),
                            "load-writer-" + i);
            writer.setDaemon(true);
            load.writers.add(writer);
        }
        load.writers.forEach(Thread::start);
        return load;
    }

    private void write(
            ConnectionSource connections,
            List<LoadTransaction> mix,
            Random random,
            long pauseNanos) {
        try (Connection connection = connections.open()) {
            connection.setAutoCommit(false);
            long next = System.nanoTime();
            while (!stopped.await(next - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                next = Math.max(next + pauseNanos, System.nanoTime() - pauseNanos);
                transact(connection, mix.get(random.nextInt(mix.size())), random);
            }
        } catch (SQLException e) {
            failure.compareAndSet(null, e);
            stopped.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void transact(Connection connection, LoadTransaction transaction, Random random)
            throws SQLException {
        boolean commit;
        try {
            commit = transaction.run(connection, random);
        } catch (SQLException e) {
            if (!RETRIED.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            commit = false;
        }
        if (commit) {
            connection.commit();
            commits.incrementAndGet();
        } else {
            connection.rollback();
            rollbacks.incrementAndGet();
        }
    }

    /** Transactions committed so far. */
    public long commits() {
        return commits.get();
    }

    /** Transactions rolled back so far, most of them on purpose. */
    public long rollbacks() {
        return rollbacks.get();
    }

    /**
     * Passes as long as every writer is fine.
     *
     * @throws SQLException when one failed, which ended the others too
     */
    public void check() throws SQLException {
        SQLException failed = failure.get();
        if (failed != null) {
            throw new SQLException(
                    "The load stopped by itself: " + failed.getMessage(),
                    failed.getSQLState(),
                    failed);
        }
    }

    /**
     * Stops the writers and waits until the last transaction has ended.
     *
     * @throws SQLException when a writer failed before
     */
    public void stop() throws SQLException, InterruptedException {
        stopped.countDown();
        for (Thread writer : writers) {
            writer.join();
        }
        check();
    }

    /** Stops the writers without waiting for them. */
    @Override
    public void close() {
        stopped.countDown();
    }

    /** Opens connections. */
    @FunctionalInterface
    public interface ConnectionSource {

        /** A new connection; the caller closes it. */
        Connection open() throws SQLException;
    }
}
