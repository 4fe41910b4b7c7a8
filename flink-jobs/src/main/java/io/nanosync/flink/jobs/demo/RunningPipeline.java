package io.nanosync.flink.jobs.demo;

import io.nanosync.flink.jobs.local.LocalCluster;
import io.nanosync.flink.jobs.local.LocalJob;
import io.nanosync.flink.jobs.local.progress.Phase;
import io.nanosync.flink.jobs.local.progress.StreamState;
import io.nanosync.flink.jobs.metrics.LiveMetrics;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** A pipeline of a pipelines file, running in a Flink of this process. */
final class RunningPipeline implements AutoCloseable {

    private final LocalCluster cluster;
    private final LocalJob job;

    private RunningPipeline(LocalCluster cluster, LocalJob job) {
        this.cluster = cluster;
        this.job = job;
    }

    /** Reads the file and starts the pipeline. */
    static RunningPipeline start(Path file, String name) throws Exception {
        Pipeline pipeline =
                PipelinesFile.read(file, Map.of())
                        .pipeline(name)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "No pipeline " + name + " in " + file));
        LocalCluster cluster = LocalCluster.start(LocalJob.slots(pipeline));
        try {
            return new RunningPipeline(cluster, LocalJob.start(cluster, pipeline, null));
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    /** Whether the snapshot is read and the stream has begun. */
    boolean isStreaming() {
        return Phase.of(gauge(SourceMetric.PHASE)) == Phase.STREAMING
                && StreamState.of(gauge(SourceMetric.STREAM_STATE)) == StreamState.STREAMING;
    }

    private double gauge(SourceMetric metric) {
        OptionalDouble value = LiveMetrics.ofThisProcess().gauge(metric, job.pipeline().name());
        return value.orElse(0);
    }

    /**
     * Passes as long as the job runs.
     *
     * @throws ExecutionException with the reason when it has ended
     */
    void check() throws ExecutionException, InterruptedException {
        if (job.result().isDone()) {
            throw new ExecutionException(
                    LocalCluster.failure(job.result().get())
                            .orElseGet(
                                    () ->
                                            new IllegalStateException(
                                                    "The pipeline ended before it was stopped")));
        }
    }

    /** Stops it with a savepoint, so that all that was read is committed. */
    void stop() throws InterruptedException, ExecutionException, TimeoutException {
        cluster.stopWithSavepoint(job.id(), job.pipeline().stateDir() + "/savepoints");
    }

    /** Ends it, also when it still runs. */
    @Override
    public void close() {
        cluster.close();
    }
}
