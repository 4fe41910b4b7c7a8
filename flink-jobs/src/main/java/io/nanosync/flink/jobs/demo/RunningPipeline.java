package io.nanosync.flink.jobs.demo;

import io.nanosync.flink.jobs.compose.JobSettings;
import io.nanosync.flink.jobs.compose.PipelineJob;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A pipeline of a pipelines file, running in a Flink MiniCluster of this process. */
final class RunningPipeline implements AutoCloseable {

    private static final long STOP_SECONDS = 120;

    private final Pipeline pipeline;
    private final JobClient job;
    private final CompletableFuture<JobExecutionResult> end;

    private RunningPipeline(Pipeline pipeline, JobClient job) {
        this.pipeline = pipeline;
        this.job = job;
        this.end = job.getJobExecutionResult();
    }

    /** Reads the file, composes the job and starts it. */
    static RunningPipeline start(Path file, String name) throws Exception {
        Pipeline pipeline =
                PipelinesFile.read(file, Map.of())
                        .pipeline(name)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "No pipeline " + name + " in " + file));
        Configuration given = new Configuration();
        given.set(RestOptions.BIND_PORT, "0");
        given.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        Configuration settings = new Configuration(given);
        settings.addAll(JobSettings.of(pipeline, given));
        Integer parallelism = pipeline.parallelism();
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(
                        parallelism == null ? 1 : parallelism, settings);
        PipelineJob.addTo(env, pipeline);
        return new RunningPipeline(pipeline, env.executeAsync(name));
    }

    Pipeline pipeline() {
        return pipeline;
    }

    /**
     * Passes as long as the job runs.
     *
     * @throws ExecutionException with the reason when it has ended
     */
    void check() throws ExecutionException, InterruptedException {
        if (end.isDone()) {
            end.get();
            throw new ExecutionException(
                    new IllegalStateException("The pipeline ended before it was stopped"));
        }
    }

    /**
     * Stops it with a savepoint, so that all that was read is committed; where the savepoint is.
     */
    String stop() throws InterruptedException, ExecutionException, TimeoutException {
        String savepoint =
                job.stopWithSavepoint(
                                false,
                                pipeline.stateDir() + "/savepoints",
                                SavepointFormatType.CANONICAL)
                        .get(STOP_SECONDS, TimeUnit.SECONDS);
        end.get(STOP_SECONDS, TimeUnit.SECONDS);
        return savepoint;
    }

    /** Cancels the job when it still runs, and waits for its end. */
    @Override
    public void close() {
        if (end.isDone()) {
            return;
        }
        try {
            job.cancel().get(STOP_SECONDS, TimeUnit.SECONDS);
            end.handle((result, failure) -> "ended").get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Cannot cancel the pipeline", e);
        }
    }
}
