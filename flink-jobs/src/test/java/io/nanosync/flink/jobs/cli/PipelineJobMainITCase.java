package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.jobs.testing.ConfirmedSlot;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.FlinkCluster;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.testing.verify.ExactlyOnce;
import io.nanosync.flink.pg.testing.verify.Witness;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job jar on a cluster of processes of their own, with the YAML of a local run. */
@Tag("packaged")
class PipelineJobMainITCase {

    private static final Path JAR = Path.of("target", "nanosync-job.jar").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir private Path folder;

    @Test
    void goesOnAfterAKilledTaskManagerAndFromSavepointAndCheckpointAtAnotherParallelism()
            throws Exception {
        try (TestDatabase database = TestPostgres.shared(16).createDatabase()) {
            database.execute("CREATE TABLE a (id int PRIMARY KEY, note text)");
            try (Witness witness = Witness.start(database::connect, "witness_cluster")) {
                fill(database, 1, 20_000);
                run(database);
                new ExactlyOnce(witness)
                        .check(folder.resolve("out"), List.of(new QualifiedName("public", "a")))
                        .assertExact();
            }
        }
    }

    private void run(TestDatabase database) throws Exception {
        Path file = write(database.dsn(), "state_dir: " + folder.resolve("state") + "\n");
        try (FlinkCluster cluster = FlinkCluster.builder().taskManagers(2).start()) {
            List<String> arguments = List.of("run", "-f", file.toString(), "main");
            // A cluster that was started anew since doesn't know the job, and it may be started.
            recordOf("00112233445566778899aabbccddeeff", cluster).write(stateDir());
            String first = cluster.submission(JAR).arguments(arguments).parallelism(2).run();
            cluster.awaitRunning(first);
            awaitConfirmed(database);
            isNotStartedBeside(first, cluster, file);
            cluster.startTaskManager();
            cluster.killTaskManager(cluster.taskManagers().get(0));
            fill(database, 20_001, 20_100);
            awaitConfirmed(database);
            String savepoint = cluster.stopWithSavepoint(first);
            fill(database, 20_101, 20_200);

            String second =
                    cluster.submission(JAR)
                            .arguments(arguments)
                            .parallelism(1)
                            .from(savepoint)
                            .run();
            cluster.awaitRunning(second);
            assertThat(cluster.restores(second)).isEqualTo(1);
            awaitConfirmed(database);
            cluster.cancel(second);
            fill(database, 20_201, 20_300);

            // Without a savepoint it goes on from the newest checkpoint in its state folder.
            String third = cluster.submission(JAR).arguments(arguments).parallelism(2).run();
            cluster.awaitRunning(third);
            assertThat(cluster.restores(third)).isEqualTo(1);
            awaitConfirmed(database);
            cluster.stopWithSavepoint(third);
        }
    }

    private void isNotStartedBeside(String first, FlinkCluster cluster, Path file)
            throws Exception {
        String refusal =
                "Pipeline main runs already: job "
                        + first
                        + " of "
                        + cluster.rest().root()
                        + ". Stop it first: nanosync stop pipeline main -f FILE, with the file of"
                        + " that one";
        assertThatThrownBy(
                        () ->
                                cluster.submission(JAR)
                                        .arguments(List.of("-f", file.toString()))
                                        .run())
                .hasMessageContaining(refusal);
        // Two that were asked for at the same time: the one that comes later finds the record.
        Pipeline pipeline = PipelinesFile.read(file, Map.of()).pipelines().get(0);
        SubmittedJob second = new SubmittedJob();
        assertThatThrownBy(
                        () ->
                                new JobRecorder(pipeline, new Configuration())
                                        .onJobSubmitted(second, null))
                .hasMessage(
                        refusal
                                + ". It was started meanwhile; job "
                                + second.getJobID()
                                + " was cancelled");
        assertThat(second.isCancelled()).isTrue();
        assertThat(JobRecord.read(stateDir()).orElseThrow().job()).isEqualTo(first);
        assertThat(cluster.rest().get("/jobs").path("jobs")).hasSize(1);
        assertThat(cluster.state(first)).isEqualTo("RUNNING");
    }

    private static JobRecord recordOf(String job, FlinkCluster cluster) {
        return new JobRecord(URI.create(cluster.rest().root()), job, Instant.now(), null);
    }

    private String stateDir() {
        return folder.resolve("state/main").toString();
    }

    @Test
    void asksForAStateFolderThatAllProcessesReach() throws Exception {
        Path file = write("postgres://u@127.0.0.1:1/d", "");
        assertThatThrownBy(() -> PipelineJobMain.main(new String[] {"-f", file.toString()}))
                .isInstanceOf(CommandException.class)
                .hasMessageStartingWith("state_dir is missing. On a cluster it must be a folder");
    }

    private static void fill(TestDatabase database, int from, int to) {
        database.execute(
                "INSERT INTO a SELECT id, 'note ' || id FROM generate_series("
                        + from
                        + ", "
                        + to
                        + ") id");
    }

    private static void awaitConfirmed(TestDatabase database) {
        ConfirmedSlot.await(database, "slot_name = 'nanosync_slot_main'", PATIENCE);
    }

    private Path write(String dsn, String head) throws IOException {
        String text =
                """
                connections:
                  - {name: db, type: postgres, dsn: "%s"}
                pipelines:
                  - name: main
                    source: {connection: db, tables: [public.a]}
                    sink: {type: arrow, path: out}
                    checkpoint_interval: 500ms
                """;
        Path file = folder.resolve("pipelines.yaml");
        Files.writeString(file, head + text.formatted(dsn));
        return file;
    }
}
