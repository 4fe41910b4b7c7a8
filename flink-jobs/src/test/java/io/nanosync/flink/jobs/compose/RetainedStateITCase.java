package io.nanosync.flink.jobs.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetainedStateITCase {

    @TempDir private Path folder;

    private TestDatabase database;
    private Pipeline pipeline;

    @BeforeEach
    void makePipeline() {
        database = TestPostgres.shared(17).createDatabase();
        database.execute("CREATE TABLE orders (id int PRIMARY KEY)");
        pipeline = TestPipeline.of(database, folder, "orders");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void findsNothingBeforeTheFirstCheckpoint() throws Exception {
        assertThat(RetainedState.newest(pipeline)).isEmpty();
        Path unfinished = folder.resolve("orders/checkpoints/0123/chk-9");
        Files.createDirectories(unfinished);
        Files.createDirectories(folder.resolve("orders/checkpoints/0123/shared"));
        assertThat(RetainedState.newest(pipeline)).isEmpty();
        Files.writeString(unfinished.resolve("_metadata"), "something else");
        assertThat(RetainedState.newest(pipeline)).isEmpty();
    }

    @Test
    void findsTheNewestCheckpointOverAllRuns() throws Exception {
        RetainedState first = runUntilCheckpointAfter(null);
        assertThat(first.savepoint()).isFalse();
        assertThat(first.path()).endsWith("/chk-" + first.checkpointId());
        RetainedState second = runUntilCheckpointAfter(first);
        assertThat(second.checkpointId()).isGreaterThan(first.checkpointId());
        assertThat(RetainedState.newest(pipeline)).contains(second);
        assertThat(folder(first)).as("taken over and removed").doesNotExist();
    }

    @Test
    void prefersTheSavepointThatEndedAJobAndLeavesItToTheUser() throws Exception {
        JobClient job = start(null);
        awaitNewerThan(null);
        job.stopWithSavepoint(
                        false, pipeline.stateDir() + "/savepoints", SavepointFormatType.CANONICAL)
                .get(60, TimeUnit.SECONDS);
        job.getJobExecutionResult().get(60, TimeUnit.SECONDS);
        RetainedState savepoint = RetainedState.newest(pipeline).orElseThrow();
        assertThat(savepoint.savepoint()).isTrue();
        RetainedState next = runUntilCheckpointAfter(savepoint);
        assertThat(next.savepoint()).isFalse();
        assertThat(folder(savepoint)).exists();
    }

    @Test
    void findsACheckpointWhileOthersAreRemoved() throws Exception {
        RetainedState kept = runUntilCheckpointAfter(null);
        Path others = folder.resolve("orders/checkpoints");
        AtomicBoolean ends = new AtomicBoolean();
        CompletableFuture<Void> removals =
                CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; !ends.get(); i++) {
                                Path other = others.resolve("job-" + i % 10);
                                assertThat(other.toFile().mkdir()).isTrue();
                                assertThat(other.toFile().delete()).isTrue();
                            }
                        });
        try {
            for (int look = 0; look < 300; look++) {
                assertThat(RetainedState.newest(pipeline)).contains(kept);
            }
        } finally {
            ends.set(true);
            removals.get(60, TimeUnit.SECONDS);
        }
    }

    /** What a job took that waited with an older state: its number says nothing. */
    @Test
    void leavesTheCheckpointsOfAJobThatWaitedForAnother() throws Exception {
        JobClient first = start(null, false, "500 ms");
        Path record = folder.resolve("orders/newest-state.properties");
        Await.until("a state is recorded", () -> Files.exists(record));
        RetainedState older = RetainedState.newest(pipeline).orElseThrow();
        JobClient waits = start(older, false, "20 ms");
        Await.until(
                "the first has gone on, and the second's number is one that it doesn't reach",
                () ->
                        recorded(record) > older.checkpointId()
                                && highest().checkpointId() > recorded(record) + 50);
        end(waits);
        end(first);

        assertThat(highest().path()).contains(id(waits));
        assertThat(RetainedState.newest(pipeline).orElseThrow().path()).contains(id(first));
    }

    private static long recorded(Path record) throws IOException {
        Matcher checkpoint = Pattern.compile("savepoint (\\d+)").matcher(Files.readString(record));
        assertThat(checkpoint.find()).isTrue();
        return Long.parseLong(checkpoint.group(1));
    }

    private RetainedState highest() throws IOException {
        return RetainedState.newest(pipeline.stateDir()).orElseThrow();
    }

    private static String id(JobClient job) {
        return job.getJobID().toString();
    }

    private static void end(JobClient job) throws Exception {
        job.cancel().get(60, TimeUnit.SECONDS);
        Await.until("the job has ended", () -> job.getJobExecutionResult().isDone());
    }

    private RetainedState runUntilCheckpointAfter(@Nullable RetainedState from) throws Exception {
        JobClient job = start(from);
        awaitNewerThan(from);
        end(job);
        return RetainedState.newest(pipeline).orElseThrow();
    }

    private JobClient start(@Nullable RetainedState from) throws Exception {
        return start(from, true, "100 ms");
    }

    private JobClient start(@Nullable RetainedState from, boolean claims, String interval)
            throws Exception {
        Configuration settings = JobSettings.of(pipeline, new Configuration());
        settings.setString("rest.bind-port", "0");
        settings.setString("execution.checkpointing.interval", interval);
        settings.setString("execution.checkpointing.num-retained", claims ? "1" : "1000");
        if (from != null) {
            from.restoreIn(settings, claims);
        }
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(1, settings);
        PipelineJob.addTo(env, pipeline);
        return env.executeAsync();
    }

    private void awaitNewerThan(@Nullable RetainedState from) {
        long id = from == null ? 0 : from.checkpointId();
        Await.until(
                "a checkpoint after " + id,
                () ->
                        RetainedState.newest(pipeline)
                                .filter(s -> s.checkpointId() > id)
                                .isPresent());
    }

    private static Path folder(RetainedState state) throws IOException {
        return Path.of(state.path().replaceFirst("^file:", ""));
    }
}
