package io.nanosync.flink.jobs.testing;

import io.nanosync.flink.jobs.demo.LoadGenerator;
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
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packed job jar on a cluster of separate processes, from the snapshot to another parallelism.
 */
@Tag("long")
@Tag("packaged")
class JobJarITCase {

    private static final QualifiedName ORDERS = new QualifiedName("public", "orders");
    private static final QualifiedName LAST = new QualifiedName("public", "last");
    private static final int ROWS = 200_000;
    private static final String SLOT_EXISTS =
            "SELECT count(*) = 1 FROM pg_replication_slots WHERE slot_name ="
                    + " 'nanosync_slot_orders'";
    private static final String READER_WAITS =
            "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'last'::regclass";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir private Path folder;

    @Test
    void capturesExactlyOnceOverDeadTaskManagersAndASavepoint() throws Exception {
        try (TestPostgres postgres = TestPostgres.start(17);
                FlinkCluster cluster = FlinkCluster.builder().taskManagers(2).start()) {
            // Few rows a page and so many splits: there is time to kill somebody meanwhile.
            postgres.execute(
                    "CREATE TABLE orders (id int PRIMARY KEY, customer text, total numeric(12,2))"
                            + " WITH (fillfactor = 10)");
            postgres.execute("CREATE TABLE last (id int PRIMARY KEY)");
            try (Witness witness = Witness.start(postgres::connect, "witness")) {
                insert(postgres, 1, ROWS);
                postgres.execute("INSERT INTO last SELECT generate_series(1, 1000)");
                Path file = pipelines(postgres);
                try (LoadGenerator load =
                        LoadGenerator.start(postgres::connect, List.of(this::change), 2, 50, 1)) {
                    String first = run(cluster, file).parallelism(2).run();

                    awaitTrue(postgres, "the slot is there", SLOT_EXISTS);
                    cluster.awaitCheckpoints(first, 1);
                    try (Connection holder = postgres.connect()) {
                        holder.setAutoCommit(false);
                        // The snapshot's last table: it can't end before this does.
                        execute(holder, "LOCK TABLE last IN ACCESS EXCLUSIVE MODE");
                        replace(cluster, 1);
                        awaitRestore(cluster, first, 1);
                        awaitTrue(postgres, "a reader waits for the last table", READER_WAITS);
                        holder.rollback();
                    }

                    await(postgres, PipelinePhase.STREAM);
                    cluster.awaitCheckpoints(first, 1);
                    int restores = cluster.restores(first);
                    // Either may have the stream.
                    replace(cluster, 2);
                    awaitRestore(cluster, first, restores + 1);
                    await(postgres, PipelinePhase.STREAM);
                    String savepoint = cluster.stopWithSavepoint(first);

                    String second = run(cluster, file).parallelism(4).from(savepoint).run();
                    cluster.awaitRunning(second);
                    load.stop();
                    caughtUp(postgres);
                    cluster.stopWithSavepoint(second);
                }

                Verdict verdict =
                        new ExactlyOnce(witness)
                                .check(folder.resolve("out"), List.of(ORDERS, LAST));
                System.out.println(verdict);
                verdict.assertExact();
            }
        }
    }

    private boolean change(Connection connection, RandomGenerator random) throws SQLException {
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

    /** Kills TaskManagers, then starts as many. */
    private static void replace(FlinkCluster cluster, int number) {
        List<Integer> victims = cluster.taskManagers().subList(0, number);
        victims.forEach(cluster::killTaskManager);
        for (int i = 0; i < number; i++) {
            cluster.startTaskManager();
        }
    }

    private static void awaitRestore(FlinkCluster cluster, String job, int times) {
        Await.until(
                "the job went back to a checkpoint",
                PATIENCE,
                () -> cluster.restores(job) >= times);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void awaitTrue(TestPostgres postgres, String what, String query) {
        Await.until(what, PATIENCE, () -> postgres.queryString(query).equals("t"));
    }

    private static void await(TestPostgres postgres, PipelinePhase wanted) {
        Await.until("phase " + wanted, PATIENCE, () -> phase(postgres) == wanted);
    }

    private static PipelinePhase phase(TestPostgres postgres) throws SQLException {
        try (Connection connection = postgres.connect()) {
            return PipelinePhase.of(connection, "nanosync_slot_orders");
        }
    }

    private static FlinkCluster.Submission run(FlinkCluster cluster, Path file) {
        return cluster.submission(JobJars.packed()).arguments(List.of("-f", file.toString()));
    }

    private static void insert(TestPostgres postgres, int first, int last) {
        postgres.execute(
                "INSERT INTO orders SELECT i, 'customer ' || i, i / 7.0 FROM generate_series("
                        + first
                        + ", "
                        + last
                        + ") i");
    }

    /** The slot is confirmed by completed checkpoints alone. */
    private static void caughtUp(TestPostgres postgres) {
        String end = postgres.queryString("SELECT pg_current_wal_lsn()");
        awaitTrue(
                postgres,
                "the slot is confirmed up to " + end,
                "SELECT confirmed_flush_lsn >= '"
                        + end
                        + "' FROM pg_replication_slots WHERE slot_name = 'nanosync_slot_orders'");
    }

    private Path pipelines(TestPostgres postgres) throws IOException {
        return Files.writeString(
                folder.resolve("pipelines.yaml"),
                """
                state_dir: %1$s/state
                connections:
                  - name: shop
                    type: postgres
                    dsn: "%2$s"
                pipelines:
                  - name: orders
                    source:
                      connection: shop
                      tables:
                        - public.orders
                        - public.last
                      properties:
                        snapshot_workers: "2"
                        ctid_partition_blocks: "20"
                        wal_heartbeat_interval: 1s
                    sink:
                      type: arrow
                      path: %1$s/out
                    checkpoint_interval: 1s
                """
                        .formatted(folder, postgres.database().dsn()));
    }
}
