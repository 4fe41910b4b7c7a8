package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.local.LocalRun;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.clusterframework.ApplicationStatus;
import org.apache.flink.util.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a bounded pipeline counts as finished. */
final class BoundedRunITCase {

    @TempDir private Path folder;

    /** Somebody made room, say: what isn't there tells nothing. */
    @Test
    void isNotTakenForFinishedWhenItsCheckpointsAloneWereRemoved() throws Exception {
        try (TestDatabase database = TestPostgres.shared(16).createDatabase();
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            database.execute(
                    "CREATE TABLE a (id int PRIMARY KEY)",
                    "INSERT INTO a SELECT generate_series(1, 1000)");
            Pipeline pipeline = pipeline(database);
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE a"); // It can't be read to its end meanwhile.
            try (LocalRun run = LocalRun.start(List.of(pipeline), new CompletableFuture<>())) {
                run.add(pipeline, new Quiet());
                Await.until(
                        "a checkpoint is complete",
                        () -> RetainedState.newest(pipeline).isPresent());
            }
            connection.rollback();
            assertThat(Finished.of(pipeline)).isEmpty();
            FileUtils.deleteDirectory(folder.resolve("state/once/checkpoints").toFile());
            assertThat(Finished.of(pipeline)).isEmpty();

            try (LocalRun run = LocalRun.start(List.of(pipeline), new CompletableFuture<>())) {
                run.add(pipeline, new Quiet());
                assertThat(run.await(new Quiet()))
                        .extracting(LocalRun.Ending::status)
                        .containsExactly(ApplicationStatus.SUCCEEDED);
            }
            assertThat(Finished.of(pipeline).orElseThrow()).startsWith("finished at 2");
        }
    }

    /** Flink says of both that they finished. */
    @Test
    void isNotTakenForFinishedWhenItIsStoppedWithASavepoint() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase();
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            database.execute("CREATE TABLE a (id int PRIMARY KEY)");
            Pipeline pipeline = pipeline(database);
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE a"); // Nobody reads it meanwhile.
            try (LocalRun run = LocalRun.start(List.of(pipeline), new CompletableFuture<>())) {
                run.add(pipeline, new Quiet());
                Await.until("all tasks run", () -> RetainedState.newest(pipeline).isPresent());
                String job = JobRecord.read(pipeline.stateDir()).orElseThrow().job();
                run.cluster()
                        .stopWithSavepoint(
                                JobID.fromHexString(job), pipeline.stateDir() + "/savepoints");
                assertThat(run.await(new Quiet()))
                        .extracting(LocalRun.Ending::status)
                        .containsExactly(ApplicationStatus.SUCCEEDED);
            }
            connection.rollback();
            String file = folder.resolve("pipelines.yaml").toString();
            try (NanosyncProcess run = NanosyncProcess.start(folder, "run", "-f", file)) {
                assertThat(run.exitCode()).as(run.err()).isZero();
                assertThat(run.err())
                        .contains("once: goes on from savepoint")
                        .contains("once: finished");
            }
        }
    }

    /** Its mark is asked for when nobody else can be about to write it any more. */
    @Test
    void isNotReadByASecondRunThatBeginsWhileTheFirstEnds() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            database.execute("CREATE TABLE a (id int PRIMARY KEY)");
            String file = write(database, "once", "other").toString();
            // A run that asks for this mark waits for what is written into it.
            Path mark = folder.resolve("state/other/finished");
            Files.createDirectories(mark.getParent());
            assertThat(new ProcessBuilder("mkfifo", mark.toString()).start().waitFor()).isZero();
            try (NanosyncProcess second = NanosyncProcess.start(folder, "run", "-f", file);
                    OutputStream time = Files.newOutputStream(mark, StandardOpenOption.WRITE);
                    NanosyncProcess first =
                            NanosyncProcess.start(folder, "run", "-f", file, "once")) {
                assertThat(first.exitCode()).isNotZero();
                assertThat(first.err()).contains("Pipeline once is already running as process");
                time.write("2026-01-01T00:00:00Z".getBytes(StandardCharsets.UTF_8));
                time.close();
                assertThat(second.exitCode()).as(second.err()).isZero();
                assertThat(second.err()).contains("other: finished at 2026", "once: finished");
            }
        }
    }

    private Pipeline pipeline(TestDatabase database) throws Exception {
        return PipelinesFile.read(write(database, "once"), Map.of()).pipelines().get(0);
    }

    private Path write(TestDatabase database, String... names) throws IOException {
        StringBuilder text =
                new StringBuilder(
                        """
                        state_dir: file://%s
                        connections:
                          - name: db
                            type: postgres
                            dsn: %s
                        pipelines:
                        """
                                .formatted(folder.resolve("state"), database.dsn()));
        for (String name : names) {
            text.append(
                    """
                      - name: %s
                        source:
                          connection: db
                          tables: [public.a]
                          properties: {startup_mode: snapshot}
                        sink: {type: blackhole}
                        checkpoint_interval: 2s
                    """
                            .formatted(name));
        }
        return Files.writeString(folder.resolve("pipelines.yaml"), text);
    }

    private static final class Quiet implements LocalRun.Listener {
        @Override
        public void started(Pipeline pipeline, Optional<RetainedState> from) {}

        @Override
        public void ended(LocalRun.Ending ending) {}

        @Override
        public void stopping() {}
    }
}
