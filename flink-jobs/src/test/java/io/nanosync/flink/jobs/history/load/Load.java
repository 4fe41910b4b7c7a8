package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.pg.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Many clients that write to the {@link LoadTables} until they are told to stop. */
public final class Load implements AutoCloseable {

    private static final int CLIENTS = 4;
    private static final int LONG_CLIENTS = 2;
    private static final int COPY_CLIENTS = 2;

    private final TestDatabase database;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong committed = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();

    private Load(TestDatabase database) {
        this.database = database;
    }

    /**
     * Starts the clients.
     *
     * @param truncates whether they truncate too
     */
    public static Load start(TestDatabase database, long seed, boolean truncates) {
        Load load = new Load(database);
        for (int i = 0; i < CLIENTS; i++) {
            load.add(new MixedWriter(i, seed, truncates, load.committed));
        }
        return load;
    }

    /** Moves rows from range to range too. */
    public void moveRows(Division division, long seed) {
        add(new RangeWriter(division, seed, committed));
    }

    /** Adds transactions that are open for seconds, some of them prepared: many at any time. */
    public void holdTransactionsOpen(long seed) {
        for (int i = 0; i < LONG_CLIENTS; i++) {
            add(new LongWriter(threads.size(), seed, committed, false));
        }
    }

    /** Adds transactions that are open for seconds before they change thousands of rows. */
    public void holdLargeTransactionsOpen(long seed) {
        add(new LongWriter(threads.size(), seed, committed, true));
    }

    /** Has rows come by COPY too. */
    public void copyRows(long seed) {
        for (int i = 0; i < COPY_CLIENTS; i++) {
            add(new CopyWriter(threads.size(), seed, committed));
        }
    }

    /** Adds transactions of megabytes. */
    public void insertMegabytes(long seed) {
        add(new LargeWriter(threads.size(), seed, committed));
    }

    /** Adds one that gives values to the columns that tables have just then. */
    public void writeAlteredTables(long seed) {
        add(new AlteredWriter(threads.size(), seed, committed));
    }

    private void add(Writer writer) {
        int number = threads.size();
        Thread thread = new Thread(new Client(database, number, writer, stopped), "load-" + number);
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
    }

    /** Transactions whose commit was acknowledged. */
    public long committed() {
        return committed.get();
    }

    /** Returns when nobody writes any more and what was left prepared has its end. */
    public void stop() throws InterruptedException, SQLException {
        stopped.set(true);
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(30));
            if (thread.isAlive()) {
                throw new AssertionError(thread.getName() + " doesn't stop");
            }
        }
        try (Connection connection = database.connect()) {
            Prepared.finish(connection, "%");
        }
    }

    /** Lets them end when they can. */
    @Override
    public void close() {
        stopped.set(true);
    }
}
