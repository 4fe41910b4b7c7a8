package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan.FilePlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Divides tables by the values of a column, under an exported snapshot, over a connection of its
 * own that is opened when it is needed. A large table takes the server minutes, or hours: it does
 * so on another thread, while the caller's can be interrupted, and does what can't wait so long.
 */
final class TableDivision implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableDivision.class);

    /** Every part reads the whole table where no index serves: so there are few. */
    private static final int PARTS_PER_WORKER = 4;

    /** A part of fewer blocks isn't worth a transaction. */
    private static final long MIN_BLOCKS = 128;

    private final PgClient client;
    private final SnapshotIdentity snapshot;
    private final int workers;
    private final Meanwhile meanwhile;
    private final Duration period;
    private @Nullable SnapshotSession session;

    /** What is done while the server is at work. A failure ends that work. */
    @FunctionalInterface
    interface Meanwhile {
        void run() throws PgException;
    }

    /**
     * @param workers splits read at the same time
     */
    TableDivision(PgClient client, SnapshotIdentity snapshot, int workers, Meanwhile meanwhile) {
        this(client, snapshot, workers, meanwhile, PipelineServer.LOOK_PERIOD);
    }

    /**
     * @param period how often {@code meanwhile} is done
     */
    TableDivision(
            PgClient client,
            SnapshotIdentity snapshot,
            int workers,
            Meanwhile meanwhile,
            Duration period) {
        this.client = client;
        this.snapshot = snapshot;
        this.workers = workers;
        this.meanwhile = meanwhile;
        this.period = period;
    }

    /** How the files of a table are read. */
    List<FilePlan> divide(List<TableFile> files, Partitioning by) throws PgException {
        List<FilePlan> plans = new ArrayList<>();
        for (TableFile file : files) {
            plans.add(new FilePlan(file, ranges(file, by)));
        }
        return List.copyOf(plans);
    }

    private List<String> ranges(TableFile file, Partitioning by) throws PgException {
        int parts = (int) Math.min((long) PARTS_PER_WORKER * workers, file.blocks() / MIN_BLOCKS);
        // One worker gains nothing by parts.
        return by instanceof Partitioning.ByColumn byColumn && workers > 1 && parts > 1
                ? await(file, byColumn, parts)
                : List.of();
    }

    private List<String> await(TableFile file, Partitioning.ByColumn by, int parts)
            throws PgException {
        SnapshotSession reading = session();
        FutureTask<List<String>> task = new FutureTask<>(() -> ask(reading, file, by, parts));
        Thread thread = new Thread(task, "nanosync-divide-" + file.name());
        thread.setDaemon(true);
        thread.start();
        long startNanos = System.nanoTime();
        try {
            while (true) {
                try {
                    return task.get(period.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    LOG.info(
                            "Dividing table {} by column \"{}\" for {} s",
                            file.name(),
                            by.column(),
                            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos));
                    meanwhile.run();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PgException.tryAgain("Interrupted while dividing table " + file.name());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PgException failure) {
                throw failure;
            }
            throw new IllegalStateException("Dividing a table failed", e.getCause());
        } finally {
            if (!task.isDone()) {
                reading.cancel();
            }
        }
    }

    private List<String> ask(
            SnapshotSession reading, TableFile file, Partitioning.ByColumn by, int parts)
            throws PgException {
        // One transaction a file, so that no lock outlives it.
        reading.begin(snapshot);
        reading.lock(file);
        List<String> ranges = reading.ranges(file, by, parts);
        reading.commit();
        LOG.info(
                "Table {} is read in {} ranges of column \"{}\"",
                file.name(),
                ranges.size(),
                by.column());
        return ranges;
    }

    private SnapshotSession session() throws PgException {
        SnapshotSession open = session;
        if (open == null) {
            open = client.openSnapshot();
            // While it sorts it says nothing; the other connection tells whether it is there.
            open.patience(Duration.ZERO);
            session = open;
        }
        return open;
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
        }
    }
}
