package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.JobStatusHook;

/**
 * Writes the {@link FinishedMark} of a bounded pipeline when its job has ended well. Flink calls it
 * in the JobManager's thread before it removes the job's checkpoints, so that at every moment one
 * of the two is there, whenever the process dies. Where neither is, nothing is known to have been
 * read.
 */
final class MarksEnd implements JobStatusHook {

    private static final long serialVersionUID = 1L;

    private final String stateDir;

    MarksEnd(Pipeline pipeline) {
        this.stateDir = pipeline.stateDir();
    }

    @Override
    public void onCreated(JobID job) {}

    @Override
    public void onFinished(JobID job) {
        try {
            new FinishedMark(stateDir).write();
        } catch (IOException e) {
            // Flink logs it and goes on; the report tries again and tells the user.
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void onFailed(JobID job, Throwable failure) {}

    @Override
    public void onCanceled(JobID job) {}
}
