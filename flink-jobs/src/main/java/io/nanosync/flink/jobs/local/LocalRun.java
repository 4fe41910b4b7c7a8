package io.nanosync.flink.jobs.local;

import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.clusterframework.ApplicationStatus;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.jspecify.annotations.Nullable;

/** Pipelines in a cluster of this process, until they end or are stopped. */
public final class LocalRun implements AutoCloseable {

    private final LocalCluster cluster;
    private final List<LocalJob> jobs = new ArrayList<>();
    private final CompletableFuture<Void> stopRequest;

    private LocalRun(LocalCluster cluster, CompletableFuture<Void> stopRequest) {
        this.cluster = cluster;
        this.stopRequest = stopRequest;
    }

    /**
     * How a pipeline ended.
     *
     * @param status succeeded, failed or cancelled
     * @param failure why it failed, else null
     */
    public record Ending(
            Pipeline pipeline, ApplicationStatus status, @Nullable Throwable failure) {}

    /** Told what happens, one call at a time. */
    public interface Listener {
        /**
         * A job was started.
         *
         * @param from what it goes on from; empty when it begins
         */
        void started(Pipeline pipeline, Optional<RetainedState> from);

        /** A job has ended. */
        void ended(Ending ending);

        /** All that still run are about to be stopped. */
        void stopping();
    }

    /**
     * Starts a cluster that is large enough for the pipelines.
     *
     * @param stopRequest completed from any thread when all of them are to stop
     */
    public static LocalRun start(List<Pipeline> pipelines, CompletableFuture<Void> stopRequest)
            throws Exception {
        int slots = pipelines.stream().mapToInt(LocalJob::slots).sum();
        return new LocalRun(LocalCluster.start(slots), stopRequest);
    }

    /** Where they run. */
    public LocalCluster cluster() {
        return cluster;
    }

    /** Starts a pipeline where it left off. */
    public void add(Pipeline pipeline, Listener listener) throws Exception {
        Optional<RetainedState> from = RetainedState.newest(pipeline);
        jobs.add(LocalJob.start(cluster, pipeline, from.orElse(null)));
        listener.started(pipeline, from);
    }

    /** Waits until every pipeline has ended. */
    public List<Ending> await(Listener listener) throws InterruptedException {
        List<Ending> endings = new ArrayList<>();
        List<LocalJob> running = new ArrayList<>(jobs);
        boolean stopped = false;
        while (!running.isEmpty()) {
            waitForAny(running, stopped);
            for (LocalJob job : List.copyOf(running)) {
                if (job.result().isDone()) {
                    running.remove(job);
                    Ending ending = ending(job);
                    endings.add(ending);
                    listener.ended(ending);
                }
            }
            if (stopRequest.isDone() && !stopped) {
                stopped = true;
                listener.stopping();
                cluster.stop(running.stream().map(LocalJob::id).toList());
            }
        }
        return endings;
    }

    private void waitForAny(List<LocalJob> running, boolean stopped) {
        List<CompletableFuture<?>> events = new ArrayList<>();
        running.forEach(job -> events.add(job.result()));
        if (!stopped) {
            events.add(stopRequest);
        }
        CompletableFuture.anyOf(events.toArray(new CompletableFuture<?>[0]))
                .exceptionally(failure -> null)
                .join();
    }

    private static Ending ending(LocalJob job) {
        try {
            JobResult result = job.result().join();
            return new Ending(
                    job.pipeline(),
                    result.getApplicationStatus(),
                    LocalCluster.failure(result).orElse(null));
        } catch (java.util.concurrent.CompletionException e) {
            return new Ending(job.pipeline(), ApplicationStatus.FAILED, e.getCause());
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
