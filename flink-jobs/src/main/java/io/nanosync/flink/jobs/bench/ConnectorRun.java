package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.PgSource;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** One run of the connector through a Flink MiniCluster into a counting sink. */
final class ConnectorRun {

    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 500;

    private final int parallelism;

    ConnectorRun(int parallelism) {
        this.parallelism = parallelism;
    }

    /**
     * Runs until so many rows have come, then cancels the job.
     *
     * @throws IllegalStateException when the job ends before, or delivers more
     */
    Rate run(SourceConfig config, long expectedRows)
            throws InterruptedException, ExecutionException {
        return run(config, OptionalLong.of(expectedRows));
    }

    /** Runs a bounded job to its end, however many rows come. */
    Rate runToEnd(SourceConfig config) throws InterruptedException, ExecutionException {
        return run(config, OptionalLong.empty());
    }

    private Rate run(SourceConfig config, OptionalLong expectedRows)
            throws InterruptedException, ExecutionException {
        String name = UUID.randomUUID().toString();
        Tally tally = Tally.named(name);
        try {
            JobClient job = start(config, name);
            CompletableFuture<JobExecutionResult> end = job.getJobExecutionResult();
            awaitRows(end, tally, expectedRows.orElse(Long.MAX_VALUE));
            if (!end.isDone()) {
                job.cancel().get();
            }
            awaitEnd(end);
            if (expectedRows.isPresent() && tally.rows() != expectedRows.getAsLong()) {
                throw new IllegalStateException(
                        "The connector delivered "
                                + tally.rows()
                                + " rows where "
                                + expectedRows.getAsLong()
                                + " were expected");
            }
            return tally.rate();
        } finally {
            Tally.forget(name);
        }
    }

    private JobClient start(SourceConfig config, String tally) {
        Configuration settings = new Configuration();
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        settings.set(RestOptions.BIND_PORT, "0");
        settings.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(parallelism, settings);
        env.enableCheckpointing(CHECKPOINT_INTERVAL.toMillis());
        PgSource.addTo(env, config).sinkTo(new CountingSink(tally)).uid("counting-sink");
        try {
            return env.executeAsync("nanosync bench");
        } catch (Exception e) {
            throw new IllegalStateException("Cannot start the job of the bench", e);
        }
    }

    private static void awaitRows(
            CompletableFuture<JobExecutionResult> end, Tally tally, long expectedRows)
            throws InterruptedException, ExecutionException {
        while (!tally.await(expectedRows, POLL_MILLIS)) {
            if (end.isDone()) {
                // Throws with the reason when the job failed.
                end.get();
                return;
            }
        }
    }

    /** A cancelled job ends with an exception of no interest here. */
    private static void awaitEnd(CompletableFuture<JobExecutionResult> end)
            throws InterruptedException, ExecutionException {
        end.handle((result, failure) -> "ended").get();
    }
}
