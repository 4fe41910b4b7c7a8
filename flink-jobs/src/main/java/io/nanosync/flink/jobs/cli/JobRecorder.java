package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.JobListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the {@link JobRecord} of a pipeline as soon as a cluster has taken its job. */
final class JobRecorder implements JobListener {

    private static final Logger LOG = LoggerFactory.getLogger(JobRecorder.class);

    private static final ConfigOption<String> ADDRESS =
            ConfigOptions.key("rest.address")
                    .stringType()
                    .defaultValue("localhost")
                    .withFallbackKeys("jobmanager.rpc.address");
    private static final ConfigOption<Integer> PORT =
            ConfigOptions.key("rest.port").intType().defaultValue(8081);
    private static final ConfigOption<Boolean> TLS =
            ConfigOptions.key("security.ssl.rest.enabled").booleanType().defaultValue(false);

    private static final long CANCEL_SECONDS = 30;

    private final Pipeline pipeline;
    private final URI rest;

    /**
     * @param settings by which the job is submitted
     */
    JobRecorder(Pipeline pipeline, ReadableConfig settings) {
        this.pipeline = pipeline;
        this.rest =
                URI.create(
                        (settings.get(TLS) ? "https://" : "http://")
                                + settings.get(ADDRESS)
                                + ":"
                                + settings.get(PORT));
    }

    /**
     * Writes the record, unless another job of the pipeline has got one meanwhile and runs: then
     * this one is cancelled.
     *
     * @throws IllegalStateException when it was
     */
    @Override
    public void onJobSubmitted(@Nullable JobClient job, @Nullable Throwable failure) {
        if (job == null) {
            return;
        }
        String id = job.getJobID().toHexString();
        try {
            RunningElsewhere.refuseAllBut(id, pipeline);
            Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            new JobRecord(rest, id, now, null).write(pipeline.stateDir());
        } catch (CommandException e) {
            cancel(job);
            throw new IllegalStateException(
                    e.getMessage() + ". It was started meanwhile; job " + id + " was cancelled", e);
        } catch (IOException e) {
            // The job runs all the same; list, status and stop won't find it.
            LOG.warn(
                    "Cannot write down in {} that pipeline {} is job {} of {}",
                    pipeline.stateDir(),
                    pipeline.name(),
                    id,
                    rest,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void cancel(JobClient job) {
        try {
            job.cancel().get(CANCEL_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "Cannot cancel job " + job.getJobID() + ", which was started a second time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onJobExecuted(@Nullable JobExecutionResult result, @Nullable Throwable failure) {}
}
