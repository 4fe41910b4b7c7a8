package io.nanosync.flink.jobs.cli;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.jspecify.annotations.Nullable;

/** A job that a cluster has just taken, and that can be cancelled. */
final class SubmittedJob implements JobClient {

    private final JobID id = JobID.generate();
    private boolean cancelled;

    boolean isCancelled() {
        return cancelled;
    }

    @Override
    public JobID getJobID() {
        return id;
    }

    @Override
    public CompletableFuture<Void> cancel() {
        cancelled = true;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<JobStatus> getJobStatus() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<String> stopWithSavepoint(
            boolean drains, @Nullable String folder, SavepointFormatType format) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<String> triggerSavepoint(
            @Nullable String folder, SavepointFormatType format) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Map<String, Object>> getAccumulators() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<JobExecutionResult> getJobExecutionResult() {
        throw new UnsupportedOperationException();
    }
}
