package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.crash.ConfirmedWatch;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at the slot all the time, in a thread of its own. */
final class SlotSampler implements AutoCloseable {

    private static final long PERIOD_MILLIS = 60;

    private final ConfirmedWatch watch;
    private final Thread thread;

    private volatile int samples;

    /** What ended the thread before its time: nobody looks at the slot any more. */
    private volatile @Nullable Throwable failure;

    private SlotSampler(ConfirmedWatch watch) {
        this.watch = watch;
        this.thread = new Thread(this::run, "slot-sampler");
    }

    static SlotSampler start(TestDatabase database, Pipeline pipeline) {
        SlotSampler sampler = new SlotSampler(new ConfirmedWatch(database, pipeline));
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
        while (!thread.isInterrupted()) {
            try {
                watch.sample();
                samples = watch.samples();
            } catch (AssertionError serverIsAway) {
                // The next sample asks again.
            }
            Pause.millis(PERIOD_MILLIS);
        }
    }

    /** After {@link #close}: samples beyond the newest completed checkpoint. */
    List<String> violations() {
        Throwable ended = failure;
        if (ended != null) {
            throw new IllegalStateException("Nobody looked at the slot any more", ended);
        }
        return watch.violations();
    }

    /** How many samples were compared with a checkpoint of the stream. */
    int samples() {
        return samples;
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
