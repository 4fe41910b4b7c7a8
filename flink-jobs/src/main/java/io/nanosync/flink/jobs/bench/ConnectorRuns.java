package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.jobs.local.LocalCluster;
import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.PgSource;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.clusterframework.ApplicationStatus;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * Runs of the connector into a counting sink, all in one {@link LocalCluster}: a cluster is there
 * before a job comes, and its start is no part of what is measured.
 */
final class ConnectorRuns implements AutoCloseable {

    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 500;

    private final int parallelism;
    private final Reading reading;
    private final LocalCluster cluster;

    private ConnectorRuns(int parallelism, Reading reading, LocalCluster cluster) {
        this.parallelism = parallelism;
        this.reading = reading;
        this.cluster = cluster;
    }

    /** Starts the cluster for jobs of this parallelism, which read batches. */
    static ConnectorRuns start(int parallelism) throws Exception {
        return start(parallelism, Reading.BATCHES);
    }

    /** The same for jobs that read otherwise. */
    static ConnectorRuns start(int parallelism, Reading reading) throws Exception {
        return new ConnectorRuns(parallelism, reading, LocalCluster.start(parallelism));
    }

    /**
     * Runs until so many rows have come, then cancels the job.
     *
     * @throws IllegalStateException when the job ends before, or delivers more
     */
    Rate run(SourceConfig config, long expectedRows)
            throws InterruptedException, ExecutionException, TimeoutException {
        return counted(config, OptionalLong.of(expectedRows)).rate();
    }

    /** Runs a bounded job to its end, however many rows come. */
    Rate runToEnd(SourceConfig config)
            throws InterruptedException, ExecutionException, TimeoutException {
        return counted(config, OptionalLong.empty()).rate();
    }

    /**
     * Reads a table that has so many rows, timed from the submission of the job on.
     *
     * @throws IllegalStateException when the job ends before, or delivers more
     */
    TableRead read(SourceConfig config, long expectedRows)
            throws InterruptedException, ExecutionException, TimeoutException {
        long begunNanos = System.nanoTime();
        return counted(config, OptionalLong.of(expectedRows)).since(begunNanos);
    }

    private Tally counted(SourceConfig config, OptionalLong expectedRows)
            throws InterruptedException, ExecutionException, TimeoutException {
        String name = UUID.randomUUID().toString();
        Tally tally = Tally.named(name);
        try {
            try (Running job = start(env -> reading.addTo(env, config, name))) {
                awaitRows(job.end(), tally, expectedRows.orElse(Long.MAX_VALUE));
            }
            if (expectedRows.isPresent() && tally.rows() != expectedRows.getAsLong()) {
                throw new IllegalStateException(
                        "The connector delivered "
                                + tally.rows()
                                + " rows where "
                                + expectedRows.getAsLong()
                                + " were expected");
            }
            return tally;
        } finally {
            Tally.forget(name);
        }
    }

    /** Starts a job of batches that runs until it is closed. */
    Running start(SourceConfig config, Sink<ChangeBatch> sink)
            throws InterruptedException, ExecutionException, TimeoutException {
        return start(env -> PgSource.addTo(env, config).sinkTo(sink).uid("sink"));
    }

    private Running start(Consumer<StreamExecutionEnvironment> job)
            throws InterruptedException, ExecutionException, TimeoutException {
        JobID started = cluster.submit(graph(job));
        return new Running(cluster, started, cluster.result(started));
    }

    /**
     * A job that runs.
     *
     * @param end its end
     */
    record Running(LocalCluster cluster, JobID job, CompletableFuture<JobResult> end)
            implements AutoCloseable {

        /**
         * Waits.
         *
         * @throws IllegalStateException when the job ends meanwhile
         */
        void runFor(Duration time) throws InterruptedException, ExecutionException {
            try {
                check(end.get(time.toMillis(), TimeUnit.MILLISECONDS));
                throw new IllegalStateException("The job has ended");
            } catch (TimeoutException expected) {
                // It runs on.
            }
        }

        /** Cancels the job unless it has ended; says what it failed by. */
        @Override
        public void close() throws InterruptedException, ExecutionException, TimeoutException {
            if (!end.isDone()) {
                cluster.cancel(job);
            }
            check(end.get());
        }
    }

    private StreamGraph graph(Consumer<StreamExecutionEnvironment> job) {
        Configuration settings = new Configuration();
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(parallelism, settings);
        env.enableCheckpointing(CHECKPOINT_INTERVAL.toMillis());
        job.accept(env);
        StreamGraph graph = env.getStreamGraph();
        graph.setJobName("nanosync bench");
        return graph;
    }

    /** Waits until the rows have come or the job has ended. */
    private static void awaitRows(CompletableFuture<JobResult> end, Tally tally, long expectedRows)
            throws InterruptedException {
        boolean waiting = true;
        while (waiting) {
            waiting = !tally.await(expectedRows, POLL_MILLIS) && !end.isDone();
        }
    }

    /** A cancelled job is no failure: this class cancels it. */
    private static void check(JobResult result) throws ExecutionException {
        if (result.getApplicationStatus() == ApplicationStatus.FAILED) {
            throw new ExecutionException(LocalCluster.failure(result).orElseThrow());
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
