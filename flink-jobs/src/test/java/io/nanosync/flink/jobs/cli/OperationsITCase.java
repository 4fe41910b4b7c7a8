package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.demo.LoadGenerator;
import io.nanosync.flink.jobs.demo.replay.Judge;
import io.nanosync.flink.jobs.demo.replay.TableVerdict;
import io.nanosync.flink.jobs.testing.ConfirmedSlot;
import io.nanosync.flink.jobs.testing.JobJars;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FlinkCluster;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.testing.verify.ExactlyOnce;
import io.nanosync.flink.pg.testing.verify.Verdict;
import io.nanosync.flink.pg.testing.verify.Witness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGProperty;

/**
 * A pipeline's whole life on a highly available cluster under load, by the commands alone, with
 * every process of the cluster killed once. In the end its sink has what the tables have, and the
 * server nothing of the pipeline.
 *
 * <p>It begins with the job jar of a former build where one is given, {@code
 * -Dnanosync.former.job.jar=…}, and goes on from its savepoint with this one.
 */
@Tag("long")
@Tag("packaged")
class OperationsITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final QualifiedName ORDERS = new QualifiedName("public", "orders");
    private static final QualifiedName ADDED = new QualifiedName("public", "added");
    private static final String SLOT = "slot_name = 'nanosync_slot_main' AND active";
    private static final int ROWS = 100_000;

    @TempDir private Path folder;

    private final TestPostgres postgres = TestPostgres.start(17);

    @BeforeEach
    void prepare() {
        Path ours = JobJars.packed();
        use(Path.of(System.getProperty("nanosync.former.job.jar", ours.toString())));
        // Few rows a page and so many splits.
        postgres.execute(
                "CREATE TABLE orders (id int PRIMARY KEY, customer text, total numeric(12,2))"
                        + " WITH (fillfactor = 10)",
                "CREATE TABLE added (id int PRIMARY KEY, note text)",
                "INSERT INTO added SELECT i, 'note ' || i FROM generate_series(1, 1000) i");
    }

    private static void use(Path jobJar) {
        System.setProperty("nanosync.job.jar", jobJar.toString());
    }

    @AfterEach
    void end() {
        System.clearProperty("nanosync.job.jar");
        postgres.close();
    }

    @Test
    void pipelineLivesThroughWhatHappensToItAndLeavesNothing() throws Exception {
        try (FlinkCluster cluster =
                FlinkCluster.builder().taskManagers(2).highlyAvailable().start()) {
            try (Witness witness = Witness.start(postgres::connect, "witness")) {
                postgres.execute(
                        "INSERT INTO orders SELECT i, 'customer ' || i, i / 7.0 FROM"
                                + " generate_series(1, "
                                + ROWS
                                + ") i");
                try (LoadGenerator load = load()) {
                    submitted(cluster, 2, ORDERS, "main: begins");
                    awaitStreaming();
                    killEach(cluster);
                    stopped();
                    use(JobJars.packed());
                    submitted(cluster, 2, ORDERS, "main: goes on from savepoint ");
                    awaitStreaming();
                    load.stop();
                }
                ConfirmedSlot.await(postgres.database(), SLOT, PATIENCE);
                stopped();
                Verdict verdict =
                        new ExactlyOnce(witness).check(folder.resolve("out"), List.of(ORDERS));
                System.out.println(verdict);
                verdict.assertExact();
            }
            try (LoadGenerator load = load()) {
                String job = submitted(cluster, 4, ORDERS, "main: goes on from savepoint ");
                assertThat(
                                cluster.rest()
                                        .get("/jobs/" + job)
                                        .path("vertices")
                                        .path(0)
                                        .path("parallelism")
                                        .asInt())
                        .isEqualTo(4);
                awaitStreaming();
                resumed();
                stopped();
                submitted(cluster, 4, ADDED, "main: goes on from savepoint ");
                awaitStreaming();
                postgres.execute("UPDATE added SET note = 'streamed' WHERE id <= 10");
                load.stop();
            }
            ConfirmedSlot.await(postgres.database(), SLOT, PATIENCE);
            assertThat(Commands.failed("delete", "pipeline", "main", "-f", file(), "--yes"))
                    .contains("Pipeline main runs already: job ");
            stopped();
            assertThat(Commands.ok("delete", "pipeline", "main", "-f", file(), "--yes"))
                    .contains("main: deleted. Its next start takes a fresh snapshot");
        }
        assertEqual();
        assertThat(postgres.queryList("SELECT slot_name FROM pg_replication_slots")).isEmpty();
        assertThat(postgres.queryList("SELECT pubname FROM pg_publication")).isEmpty();
        assertThat(folder.resolve("state/main")).doesNotExist();
    }

    /** Two writers that insert, update and delete. */
    private LoadGenerator load() {
        return LoadGenerator.start(postgres::connect, List.of(OperationsITCase::change), 2, 50, 1);
    }

    private static boolean change(Connection connection, RandomGenerator random)
            throws SQLException {
        int id = random.nextInt(ROWS) + 1;
        try (Statement statement = connection.createStatement()) {
            statement.execute("UPDATE orders SET total = total + 1 WHERE id = " + id);
            statement.execute("DELETE FROM orders WHERE id = " + (id / 2));
            statement.execute(
                    "INSERT INTO orders SELECT max(id) + 1, 'late', 7 FROM orders"
                            + " ON CONFLICT DO NOTHING");
        }
        return random.nextInt(10) != 0;
    }

    /** Starts it with this parallelism, and the table beside orders; gives the job's id. */
    private String submitted(
            FlinkCluster cluster, int parallelism, QualifiedName table, String origin)
            throws IOException {
        write(parallelism, table);
        String target = cluster.rest().root();
        assertThat(Commands.ok("submit", "-f", file(), "--target", target)).contains(origin);
        cluster.awaitRunning(job());
        return job();
    }

    private String job() throws IOException {
        return JobRecord.read(folder.resolve("state/main").toString()).orElseThrow().job();
    }

    private void awaitStreaming() {
        Await.until(
                "it streams",
                PATIENCE,
                () ->
                        Commands.ok("list", "-f", file()).startsWith("main  streaming  job ")
                                && postgres.database().streamingPid("nanosync_slot_main") != null);
    }

    /** kill -9 of a TaskManager, then of the JobManager; each is replaced. */
    private void killEach(FlinkCluster cluster) throws IOException {
        String job = job();
        int restores = cluster.restores(job);
        cluster.killTaskManager(cluster.taskManagers().get(0));
        cluster.startTaskManager();
        Await.until("it was restored", PATIENCE, () -> cluster.restores(job) > restores);
        cluster.awaitRunning(job);
        awaitStreaming();
        cluster.killJobManager();
        cluster.startJobManager();
        cluster.awaitRunning(job);
        awaitStreaming();
    }

    private void stopped() throws IOException {
        assertThat(Commands.ok("stop", "pipeline", "main", "-f", file()))
                .startsWith("main: stopped with savepoint file:");
        assertThat(Commands.ok("list", "-f", file())).isEqualTo("main  not running\n");
    }

    /** A column is added; the pipeline pauses in front of it, and goes on when that is accepted. */
    private void resumed() {
        postgres.execute("ALTER TABLE orders ADD COLUMN remark text");
        postgres.execute("INSERT INTO orders VALUES (-1, 'drift', 1, 'new')");
        Await.until(
                "it pauses",
                PATIENCE,
                () ->
                        Commands.ok("status", "pipeline", "main", "-f", file())
                                .matches("(?s).*paused: .*public.orders.*remark.*"));
        assertThat(Commands.ok("resume", "pipeline", "main", "-f", file()))
                .contains("main: accepted.");
        Await.until(
                "it goes on",
                PATIENCE,
                () ->
                        !Commands.ok("status", "pipeline", "main", "-f", file())
                                .contains("paused: "));
    }

    private void assertEqual() throws IOException, SQLException {
        Properties unspecified = new Properties();
        PGProperty.STRING_TYPE.set(unspecified, "unspecified");
        List<TableVerdict> verdicts =
                new Judge(() -> postgres.database().connect(unspecified))
                        .judge(folder.resolve("out"), List.of(ORDERS, ADDED));
        System.out.println(verdicts);
        assertThat(verdicts).allMatch(TableVerdict::isEqual);
        assertThat(verdicts.get(1).snapshotRows()).isEqualTo(1000);
    }

    private String file() {
        return folder.resolve("pipelines.yaml").toString();
    }

    private void write(int parallelism, QualifiedName table) throws IOException {
        Files.writeString(
                Path.of(file()),
                """
                state_dir: state
                connections:
                  - name: db
                    type: postgres
                    dsn: "%s"
                pipelines:
                  - name: main
                    source:
                      connection: db
                      tables: %s
                      properties:
                        snapshot_workers: "2"
                        ctid_partition_blocks: "20"
                        wal_heartbeat_interval: 1s
                    sink: {type: arrow, path: out}
                    checkpoint_interval: 500ms
                    parallelism: %d
                """
                        .formatted(
                                postgres.database().dsn(),
                                table.equals(ORDERS) ? List.of(ORDERS) : List.of(ORDERS, table),
                                parallelism));
    }
}
