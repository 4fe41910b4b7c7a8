package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.source.PipelineFailedException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the state of a checkpoint to be taken, where a pipeline can't go on without one or must
 * not go on for long. When none is taken, that is an error where nobody knows whether checkpoints
 * are on, and a warning where they are known to be: their interval may be long.
 */
final class CheckpointPatience {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointPatience.class);

    private final EnumeratorThreads threads;
    private final String situation;
    private boolean waiting;
    private long turn;

    /**
     * @param situation what the pipeline has come to, completes "Pipeline p …"
     */
    CheckpointPatience(EnumeratorThreads threads, String situation) {
        this.threads = threads;
        this.situation = situation;
    }

    /** From now on a checkpoint is waited for. */
    void begin() {
        if (!waiting) {
            waiting = true;
            turn++;
            waitFor(turn, threads.timings().checkpointPatience());
        }
    }

    /** The state of a checkpoint is being taken, or none is needed any more. */
    void end() {
        waiting = false;
    }

    private void waitFor(long begun, Duration patience) {
        threads.later(
                patience,
                () -> {
                    if (!waiting || turn != begun) {
                        return;
                    }
                    String message =
                            "Pipeline "
                                    + threads.config().pipeline()
                                    + " "
                                    + situation
                                    + " and waits for a checkpoint, but none was taken for "
                                    + patience.toMinutes()
                                    + " minutes";
                    if (!threads.config().awaitCheckpoint()) {
                        throw new PipelineFailedException(
                                message
                                        + ". Turn checkpoints on:"
                                        + " execution.checkpointing.interval: 10s");
                    }
                    LOG.warn(
                            "{}. Their interval is that long, or they are being declined", message);
                    waitFor(begun, patience);
                });
    }
}
