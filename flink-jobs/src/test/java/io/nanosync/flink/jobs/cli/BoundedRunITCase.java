package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
        try (TestDatabase database = TestPostgres.shared(16).createDatabase()) {
            database.execute(
                    "CREATE TABLE a (id int PRIMARY KEY)",
                    "INSERT INTO a SELECT generate_series(1, 1000)");
            Pipeline pipeline = pipeline(database);
            try (LocalRun run = LocalRun.start(List.of(pipeline), new CompletableFuture<>())) {
                run.add(pipeline, new Quiet());
                Await.until(
                        "a checkpoint is complete",
                        () -> RetainedState.newest(pipeline).isPresent());
            }
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

    /** Ends at its second checkpoint at the earliest: there is time enough to see the first. */
    private Pipeline pipeline(TestDatabase database) throws Exception {
        Path file = folder.resolve("pipelines.yaml");
        Files.writeString(
                file,
                """
                state_dir: file://%s
                connections:
                  - name: db
                    type: postgres
                    dsn: %s
                pipelines:
                  - name: once
                    source:
                      connection: db
                      tables: [public.a]
                      properties: {startup_mode: snapshot}
                    sink: {type: blackhole}
                    checkpoint_interval: 2s
                """
                        .formatted(folder.resolve("state"), database.dsn()));
        return PipelinesFile.read(file, Map.of()).pipelines().get(0);
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
