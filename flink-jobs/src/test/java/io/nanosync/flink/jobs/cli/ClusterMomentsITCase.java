package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.testing.ConfirmedSlot;
import io.nanosync.flink.jobs.testing.JobJars;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FlinkCluster;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands say of a real cluster when something has gone wrong there. */
@Tag("long")
@Tag("packaged")
class ClusterMomentsITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir private Path folder;

    private final TestDatabase database = TestPostgres.shared(16).createDatabase();

    @BeforeEach
    void prepare() {
        System.setProperty("nanosync.job.jar", JobJars.packed().toString());
        database.execute("CREATE TABLE a (id int PRIMARY KEY)", "INSERT INTO a VALUES (1)");
    }

    @AfterEach
    void dropDatabase() {
        System.clearProperty("nanosync.job.jar");
        database.close();
    }

    @Test
    void jobManagerGoesAwayAndAnotherComesThatDoesNotKnowTheJob() throws Exception {
        try (FlinkCluster cluster = FlinkCluster.builder().start()) {
            String target = cluster.rest().root();
            String file = pipelines("state");
            String job = submitted(file, target, "main: begins");
            copied(target, job);

            cluster.killJobManager();
            String silence = "No Flink cluster answers at " + target + ": ";
            Commands status = new Commands();
            assertThat(status.execute("status", "pipeline", "main", "-f", file)).isEqualTo(1);
            assertThat(status.out())
                    .startsWith("main: unknown: " + silence)
                    .contains("slot nanosync_slot_main: ");
            assertThat(Commands.failed("stop", "pipeline", "main", "-f", file))
                    .contains("Pipeline main can't be stopped: " + silence);

            cluster.startJobManager();
            assertThat(Commands.ok("list", "-f", file))
                    .isEqualTo("main  not running: job " + job + " is gone\n");
            assertThat(Commands.failed("stop", "pipeline", "main", "-f", file))
                    .contains("doesn't run: " + target + " doesn't know its job " + job);
            Await.until(
                    "the server has seen that the job is gone",
                    PATIENCE,
                    () -> database.streamingPid("nanosync_slot_main") == null);
            submitted(file, target, "main: goes on from checkpoint ");
            stopIsCutOff(cluster, file);
        }
    }

    /** Its main method runs in the JobManager then; nanosync submit runs it here. */
    @Test
    void jobThatIsUploadedNeedsWhatFlinksConfigurationOpens() throws Exception {
        try (FlinkCluster cluster = FlinkCluster.builder().withoutOpenedPackages().start()) {
            String file = pipelines("state");
            assertThatThrownBy(
                            () ->
                                    cluster.submission(JobJars.packed())
                                            .arguments(List.of("-f", file))
                                            .run())
                    .hasMessageContaining("InaccessibleObjectException");
            submitted(file, cluster.rest().root(), "main: begins");
        }
    }

    /** A copy of its state folder, with the record of its job. */
    private void copied(String target, String job) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("copy/main"));
        Files.copy(folder.resolve("state/main/job.json"), copy.resolve("job.json"));
        String file = pipelines("copy");
        String other = "job " + job + " o";
        assertThat(Commands.ok("list", "-f", file))
                .startsWith("main  not running: job.json is of " + other)
                .contains(", which keeps its state in file:" + folder.resolve("state/main"));
        assertThat(Commands.failed("submit", "-f", file, "--target", target))
                .contains("job.json in ", " is of " + other)
                .contains("If this folder was copied from there, remove job.json here");
        assertThat(Commands.failed("stop", "pipeline", "main", "-f", file))
                .contains("Job " + job + " of " + target + " was not stopped: ");
        Files.delete(copy.resolve("job.json"));
        assertThat(Commands.failed("submit", "-f", file, "--target", target))
                .contains("runs already, somewhere else: its slot nanosync_slot_main");
        pipelines("state");
    }

    /** A JobManager dies with the savepoint that it was asked for. */
    private void stopIsCutOff(FlinkCluster cluster, String file) throws Exception {
        int taskManager = cluster.taskManagers().get(0);
        cluster.suspendTaskManager(taskManager);
        CompletableFuture<String> stop =
                CompletableFuture.supplyAsync(
                        () -> Commands.failed("stop", "pipeline", "main", "-f", file));
        String job = JobRecord.read(stateDir()).orElseThrow().job();
        Await.until(
                "the savepoint is being taken",
                PATIENCE,
                () ->
                        cluster
                                        .rest()
                                        .get("/jobs/" + job + "/checkpoints")
                                        .path("history")
                                        .findValuesAsText("checkpoint_type")
                                        .stream()
                                        .anyMatch(type -> type.contains("SAVEPOINT"))
                                || stop.isDone());
        cluster.killJobManager();
        assertThat(stop.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .contains("was asked to stop, and nobody can say whether it did: ")
                .contains("No Flink cluster answers at ")
                .contains("nanosync status pipeline main -f ");
    }

    private String submitted(String file, String target, String origin) throws IOException {
        assertThat(Commands.ok("submit", "-f", file, "--target", target)).contains(origin);
        ConfirmedSlot.await(database, "slot_name = 'nanosync_slot_main' AND active", PATIENCE);
        return JobRecord.read(stateDir()).orElseThrow().job();
    }

    private String stateDir() {
        return folder.resolve("state/main").toString();
    }

    private String pipelines(String stateDir) throws IOException {
        return Files.writeString(
                        folder.resolve("pipelines.yaml"),
                        """
                        state_dir: %s
                        connections:
                          - {name: db, type: postgres, dsn: "%s"}
                        pipelines:
                          - name: main
                            source: {connection: db, tables: [public.a]}
                            sink: {type: blackhole}
                            checkpoint_interval: 500ms
                        """
                                .formatted(stateDir, database.dsn()))
                .toString();
    }
}
