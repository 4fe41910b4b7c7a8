package io.nanosync.flink.jobs.local;

import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.local.progress.Phase;
import io.nanosync.flink.jobs.metrics.LiveMetrics;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.JobStatusHook;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the {@link FinishedMark} of a bounded pipeline when its job has ended well and everything
 * was read: a job that was stopped with a savepoint has ended well, too. Flink calls it in the
 * JobManager's thread before it removes the job's checkpoints, so that at every moment one of the
 * two is there, whenever the process dies. Where neither is, nothing is known to have been read.
 */
public final class MarksEnd implements JobStatusHook {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(MarksEnd.class);

    /** State folders of the pipelines that ended in this process: Flink hands nothing over. */
    private static final Set<String> WHOLE = ConcurrentHashMap.newKeySet();

    private final String pipeline;
    private final String stateDir;

    MarksEnd(Pipeline pipeline) {
        this.pipeline = pipeline.name();
        this.stateDir = pipeline.stateDir();
    }

    /** Whether a pipeline of this process ended since all of it was read. */
    public static boolean sawTheEndOf(Pipeline pipeline) {
        return WHOLE.contains(pipeline.stateDir());
    }

    @Override
    public void onCreated(JobID job) {
        WHOLE.remove(stateDir);
    }

    @Override
    public void onFinished(JobID job) {
        try {
            if (!isRead()) {
                LOG.info("Pipeline {} was stopped before everything was read", pipeline);
                return;
            }
            WHOLE.add(stateDir);
            new FinishedMark(stateDir).write();
        } catch (IOException e) {
            // Flink logs it and goes on; the report tries again and tells the user.
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The source says so; where the job went on from a checkpoint that has all rows, the source
     * isn't begun again, and the checkpoint says so.
     */
    private boolean isRead() throws IOException {
        OptionalDouble phase = LiveMetrics.ofThisProcess().gauge(SourceMetric.PHASE, pipeline);
        if (phase.isPresent() && Phase.of(phase.getAsDouble()) == Phase.FINISHED) {
            return true;
        }
        Optional<RetainedState> newest = RetainedState.newest(stateDir);
        return newest.isPresent() && newest.get().wasRead();
    }

    @Override
    public void onFailed(JobID job, Throwable failure) {}

    @Override
    public void onCanceled(JobID job) {}
}
