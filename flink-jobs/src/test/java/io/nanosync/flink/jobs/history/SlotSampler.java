package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.crash.ConfirmedWatch;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.verify.SnapshotPlaces;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Looks at the slot all the time, in a thread of its own. */
final class SlotSampler implements AutoCloseable {

    private static final long PERIOD_MILLIS = 60;
    private static final int RARE = 4;

    private final ConfirmedWatch watch;
    private final Runnable alsoLooks;
    private final Thread thread;
    private final AtomicInteger looksAtNoServer = new AtomicInteger();

    private volatile int samples;

    /** What ended the thread before its time: nobody looks at the slot any more. */
    private volatile @Nullable Throwable failure;

    private SlotSampler(ConfirmedWatch watch, Runnable alsoLooks) {
        this.alsoLooks = alsoLooks;
        this.watch = watch;
        this.thread = new Thread(this::run, "slot-sampler");
    }

    /**
     * Begins.
     *
     * @param alsoLooks at something else, less often
     */
    static SlotSampler start(TestDatabase database, Pipeline pipeline, Runnable alsoLooks) {
        SlotSampler sampler = new SlotSampler(new ConfirmedWatch(database, pipeline), alsoLooks);
        sampler.thread.setDaemon(true);
        sampler.thread.start();
        return sampler;
    }

    private void run() {
        try {
            sampleUntilInterrupted();
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    private void sampleUntilInterrupted() {
        for (int look = 0; !thread.isInterrupted(); look++) {
            if (look % RARE == 0) {
                alsoLooks.run();
            }
            try {
                watch.sample();
                samples = watch.samples();
            } catch (AssertionError serverIsAway) {
                looksAtNoServer.incrementAndGet();
            }
            Pause.millis(PERIOD_MILLIS);
        }
    }

    /**
     * After {@link #close}: samples beyond the newest completed checkpoint.
     *
     * @param snapshotPoints where snapshots were taken
     */
    List<String> violations(Set<Lsn> snapshotPoints) {
        Throwable ended = failure;
        if (ended != null) {
            throw new IllegalStateException("Nobody looked at the slot any more", ended);
        }
        return watch.violations(snapshotPoints);
    }

    /** How many samples were compared with a checkpoint of the stream. */
    int samples() {
        return samples;
    }

    /** How many there were of each kind, for the report. */
    String counts() {
        return "%d samples, %d without a stream, %d without a checkpoint that stayed, %d without a server"
                .formatted(
                        watch.samples(),
                        watch.samplesWithoutStream(),
                        watch.failedSamples(),
                        looksAtNoServer.get());
    }

    /** After {@link #close}: positions of checkpoints that lie within a transaction. */
    Set<String> withinTransactions() {
        return watch.withinTransactions();
    }

    /** After {@link #close}: how many found no checkpoint that stayed until it was read. */
    int failed() {
        return watch.failedSamples();
    }

    /** After {@link #close}: what is known of the snapshots when the pipeline made its slots. */
    SnapshotPlaces snapshots() {
        return watch.snapshots();
    }

    /**
     * Up to where everything is in files that have their names: the position before the newest that
     * was confirmed, since the sink may hear of a checkpoint later than the source.
     */
    Lsn committed() {
        return watch.confirmedBefore();
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
