package io.nanosync.flink.jobs.local;

import io.nanosync.flink.jobs.metrics.ProcessReporter;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.SerializedThrowable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flink in this process, reachable from this machine only, whose users may look at it and change
 * nothing.
 */
public final class LocalCluster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);

    private static final String LOOPBACK = "127.0.0.1";
    private static final long START_SECONDS = 60;
    private static final long CHECKPOINT_SECONDS = 10;
    private static final long CLOSE_SECONDS = 20;
    private static final long SAVEPOINT_SECONDS = 120;

    private final MiniCluster cluster;

    private LocalCluster(MiniCluster cluster) {
        this.cluster = cluster;
    }

    /** Starts JobManager and TaskManager with this many slots. */
    public static LocalCluster start(int slots) throws Exception {
        Configuration settings = settings();
        MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(settings)
                                .setPluginManager(new LocalPlugins(settings))
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(slots)
                                .withRandomPorts()
                                .build());
        cluster.start();
        return new LocalCluster(cluster);
    }

    private static Configuration settings() {
        Configuration settings = new Configuration();
        for (String address :
                List.of(
                        "rest.address",
                        "rest.bind-address",
                        "jobmanager.rpc.address",
                        "jobmanager.bind-host",
                        "taskmanager.host",
                        "taskmanager.bind-host")) {
            settings.setString(address, LOOPBACK);
        }
        // Its buttons; other requests are refused as well.
        for (String button : List.of("submit", "cancel", "rescale")) {
            settings.setString("web." + button + ".enable", "false");
        }
        LookOnly.enable(settings);
        settings.setString("metrics.reporters", "nanosync");
        settings.setString(
                "metrics.reporter.nanosync.factory.class", ProcessReporter.Factory.class.getName());
        return settings;
    }

    /** Where the web UI is. */
    public URI webUi() throws InterruptedException, ExecutionException, TimeoutException {
        return cluster.getRestAddress().get(START_SECONDS, TimeUnit.SECONDS);
    }

    /** Starts a job. */
    public JobID submit(StreamGraph graph)
            throws InterruptedException, ExecutionException, TimeoutException {
        return cluster.submitJob(graph).get(START_SECONDS, TimeUnit.SECONDS).getJobID();
    }

    /** Completes when the job has ended in whatever way. */
    public CompletableFuture<JobResult> result(JobID job) {
        return cluster.requestJobResult(job);
    }

    /** Why a job failed; empty when it didn't. */
    public static Optional<Throwable> failure(JobResult result) {
        return result.getSerializedThrowable()
                .map(
                        (SerializedThrowable e) ->
                                e.deserializeError(LocalCluster.class.getClassLoader()));
    }

    /** Ends a job as it is; its last checkpoint stays. */
    public void cancel(JobID job)
            throws InterruptedException, ExecutionException, TimeoutException {
        cluster.cancelJob(job).get(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Ends a job with a savepoint, so that its sink has committed all that was read.
     *
     * @param folder where the savepoint goes
     */
    public void stopWithSavepoint(JobID job, String folder)
            throws InterruptedException, ExecutionException, TimeoutException {
        cluster.stopWithSavepoint(job, folder, false, SavepointFormatType.CANONICAL)
                .get(SAVEPOINT_SECONDS, TimeUnit.SECONDS);
        result(job).get(SAVEPOINT_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Ends jobs, all at the same time, so that the last checkpoint of each stays. Takes one more
     * before when that is quick, so that little is read again. Returns when each has ended, or
     * doesn't within its time.
     */
    public void stop(List<JobID> jobs) {
        CompletableFuture.allOf(jobs.stream().map(this::stop).toArray(CompletableFuture[]::new))
                .join();
    }

    private CompletableFuture<Void> stop(JobID job) {
        return cluster.triggerCheckpoint(job)
                .orTimeout(CHECKPOINT_SECONDS, TimeUnit.SECONDS)
                .handle(
                        (checkpoint, failure) -> {
                            if (failure != null) {
                                LOG.info(
                                        "No last checkpoint of job {}; the one before it stays",
                                        job,
                                        failure);
                            }
                            return job;
                        })
                .thenCompose(cluster::cancelJob)
                .orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS)
                .handle(
                        (cancelled, failure) -> {
                            if (failure != null) {
                                LOG.info(
                                        "Job {} could not be cancelled; it ends with the process",
                                        job,
                                        failure);
                            }
                            return null;
                        });
    }

    @Override
    public void close() {
        try {
            cluster.closeAsync().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("Flink did not shut down in time; it ends with the process", e);
        }
    }
}
