package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.testing.ConfirmedSlot;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FlinkCluster;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.testing.verify.ExactlyOnce;
import io.nanosync.flink.pg.testing.verify.Witness;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline's life on a session cluster by the commands alone. */
@Tag("long")
@Tag("packaged")
class SubmitITCase {

    private static final String PASSWORD = "s3cret-Pa55word";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir private Path folder;

    private final TestDatabase database = TestPostgres.shared(16).createDatabase();

    @BeforeEach
    void prepare() {
        System.setProperty(
                "nanosync.job.jar",
                Path.of("target", "nanosync-job.jar").toAbsolutePath().toString());
        database.execute("CREATE TABLE a (id int PRIMARY KEY, note text)");
    }

    @AfterEach
    void dropDatabase() {
        System.clearProperty("nanosync.job.jar");
        database.close();
    }

    @Test
    void pipelineIsSubmittedListedStoppedAndGoesOnAndItsPasswordStaysSecret() throws Exception {
        try (FlinkCluster cluster = FlinkCluster.builder().taskManagers(2).start();
                Witness witness = Witness.start(database::connect, "witness_submit")) {
            String target = cluster.rest().root();
            String file = pipelines().toString();
            fill(1, 5_000);
            assertThat(Commands.ok("list", "-f", file)).isEqualTo("main  not running\n");
            assertThat(Commands.failed("stop", "pipeline", "main", "-f", file))
                    .contains("Pipeline main doesn't run: nobody started it with this state_dir");

            String byTls = target.replace("http", "https");
            assertThat(Commands.failed("submit", "-f", file, "--target", byTls))
                    .contains("No Flink cluster answers at " + byTls + ": ")
                    .contains("It isn't behind TLS: name it by http://");
            String submitted = Commands.ok("submit", "-f", file, "--target", target);
            String job = JobRecord.read(stateDir()).orElseThrow().job();
            assertThat(submitted)
                    .contains("main: begins, job " + job)
                    .contains(target + "/#/job/running/" + job + "/overview");
            awaitConfirmed();
            // The cluster collects metrics every few seconds.
            String streaming = "main  streaming  job " + job + " on " + target + "\n";
            Await.until(
                    "list says: " + streaming,
                    PATIENCE,
                    () -> Commands.ok("list", "-f", file).equals(streaming));
            assertThat(Commands.ok("status", "pipeline", "main", "-f", file))
                    .startsWith("main: streaming  job " + job + " on " + target + "\n")
                    .contains("slot nanosync_slot_main: active, process ", "wal_status reserved")
                    .containsPattern("checkpoint [0-9]+ completed [0-9]+s ago");
            assertThat(Commands.ok("status", "pipeline", "main", "-f", file, "--json"))
                    .contains("\"job\" : \"" + job + "\"", "\"active\" : true");
            String rows = "ns_snapshot_rows_total +public\\.a +5000\n";
            Await.until(
                    "metrics says: " + rows,
                    PATIENCE,
                    () ->
                            Pattern.compile(rows)
                                    .matcher(Commands.ok("metrics", "pipeline", "main", "-f", file))
                                    .find());
            assertThat(Commands.failed("submit", "-f", file, "-t", target))
                    .contains("Pipeline main runs already: job " + job + " of " + target);

            try (NanosyncProcess run = NanosyncProcess.start(folder, "run", "-f", file)) {
                assertThat(run.exitCode()).isEqualTo(1);
                assertThat(run.err()).contains("Pipeline main runs already: job " + job);
            }

            assertThat(Commands.ok("logs", "pipeline", "main", "-f", file, "-n", "1000"))
                    .contains("==== JobManager\n", "==== TaskManager ", " INFO ");

            // Who started it another way left no record.
            JobRecord.clear(stateDir(), job);
            assertThat(Commands.ok("list", "-f", file, "-t", target)).contains("job " + job);
            assertThat(Commands.failed("submit", "-f", file, "-t", target))
                    .contains("runs already, somewhere else: its slot nanosync_slot_main");
            new JobRecord(URI.create(target), job, Instant.now(), null).write(stateDir());

            fill(5_001, 5_100);
            cluster.killTaskManager(cluster.taskManagers().get(0));
            awaitConfirmed();
            cluster.awaitRunning(job);
            assertNowhere(cluster, job);

            Path savepoints = Files.writeString(Path.of(stateDir(), "savepoints"), "no folder");
            assertThat(Commands.failed("stop", "pipeline", "main", "-f", file))
                    .contains("Pipeline main, job " + job + ", was not stopped.")
                    .contains("The savepoint failed, and the job goes on: ")
                    .contains(savepoints.toString());
            Files.delete(savepoints);
            cluster.awaitRunning(job);
            awaitConfirmed();

            assertThat(Commands.ok("stop", "pipeline", "main", "-f", file))
                    .startsWith("main: stopped with savepoint file:" + folder.resolve("state"));
            assertThat(cluster.state(job)).isEqualTo("FINISHED");
            assertThat(Commands.ok("list", "-f", file)).isEqualTo("main  not running\n");
            fill(5_101, 5_200);

            assertThat(Commands.ok("submit", "-f", file, "-t", target, "main"))
                    .contains("main: goes on from savepoint ");
            awaitConfirmed();
            cluster.stopWithSavepoint(JobRecord.read(stateDir()).orElseThrow().job());
            assertThat(Commands.ok("list", "-f", file))
                    .contains("main  not running: job ", " finished");
            new ExactlyOnce(witness)
                    .check(folder.resolve("out"), List.of(new QualifiedName("public", "a")))
                    .assertExact();
        }
        Commands list = new Commands();
        assertThat(list.execute("list", "-f", folder.resolve("pipelines.yaml").toString()))
                .isEqualTo(1);
        assertThat(list.out()).contains("unknown: No Flink cluster answers at http://127.0.0.1:");
    }

    @Test
    void jobThatLacksSlotsIsSaidToWaitAndWorksWithAnotherTaskManager() throws Exception {
        try (FlinkCluster cluster = FlinkCluster.builder().taskManagers(1).start()) {
            Path file = pipelines();
            Files.writeString(file, Files.readString(file) + "    parallelism: 4\n");
            String target = cluster.rest().root();
            assertThat(Commands.ok("submit", "-f", file.toString(), "--target", target))
                    .contains("it doesn't work yet: ", "It may lack task slots");
            cluster.startTaskManager();
            awaitConfirmed();
            cluster.cancel(JobRecord.read(stateDir()).orElseThrow().job());
        }
    }

    /** Neither the password nor its encoded form, in what the cluster shows, logs or keeps. */
    private void assertNowhere(FlinkCluster cluster, String job) throws IOException {
        for (String path : List.of("", "/config", "/plan", "/exceptions", "/checkpoints")) {
            assertThat(cluster.rest().get("/jobs/" + job + path).toString())
                    .as(path)
                    .doesNotContain(PASSWORD);
        }
        assertThat(cluster.rest().get("/jobmanager/config").toString()).doesNotContain(PASSWORD);
        for (Path root : List.of(cluster.folder().resolve("log"), Path.of(stateDir()))) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                            .as(file.toString())
                            .doesNotContain(PASSWORD);
                }
            }
        }
    }

    private void fill(int from, int to) {
        database.execute(
                "INSERT INTO a SELECT id, 'note ' || id FROM generate_series("
                        + from
                        + ", "
                        + to
                        + ") id");
    }

    private void awaitConfirmed() {
        ConfirmedSlot.await(database, "slot_name = 'nanosync_slot_main' AND active", PATIENCE);
    }

    private String stateDir() {
        return folder.resolve("state/main").toString();
    }

    private Path pipelines() throws IOException {
        database.execute(
                "DO $$ BEGIN CREATE ROLE submitter SUPERUSER LOGIN; EXCEPTION WHEN"
                        + " duplicate_object THEN NULL; END $$",
                "ALTER ROLE submitter PASSWORD '" + PASSWORD + "'");
        return Files.writeString(
                folder.resolve("pipelines.yaml"),
                """
                state_dir: state
                connections:
                  - name: db
                    type: postgres
                    dsn: "postgres://submitter:%s@127.0.0.1:%d/%s"
                pipelines:
                  - name: main
                    source: {connection: db, tables: [public.a]}
                    sink: {type: arrow, path: out}
                    checkpoint_interval: 500ms
                """
                        .formatted(PASSWORD, database.port(), database.name()));
    }
}
