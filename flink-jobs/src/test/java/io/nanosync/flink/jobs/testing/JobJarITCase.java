package io.nanosync.flink.jobs.testing;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FlinkCluster;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.testing.verify.ExactlyOnce;
import io.nanosync.flink.pg.testing.verify.Witness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
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
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir private Path folder;

    @Test
    void capturesExactlyOnceOverADeadTaskManagerAndASavepoint() throws IOException, SQLException {
        try (TestPostgres postgres = TestPostgres.start(17);
                FlinkCluster cluster = FlinkCluster.builder().taskManagers(2).start()) {
            postgres.execute(
                    "CREATE TABLE orders (id int PRIMARY KEY, customer text, total numeric(12,2))");
            try (Witness witness = Witness.start(postgres::connect, "witness")) {
                insert(postgres, 1, 50_000);
                Path file = pipelines(postgres);

                String first = run(cluster, file).parallelism(2).run();
                cluster.awaitRunning(first);
                cluster.awaitCheckpoints(first, 1);
                cluster.killTaskManager(cluster.taskManagers().get(0));
                cluster.startTaskManager();
                insert(postgres, 50_001, 51_000);
                cluster.awaitRunning(first);
                caughtUp(postgres);
                String savepoint = cluster.stopWithSavepoint(first);

                insert(postgres, 51_001, 52_000);
                postgres.execute("DELETE FROM orders WHERE id < 100");
                String second = run(cluster, file).parallelism(4).from(savepoint).run();
                cluster.awaitRunning(second);
                caughtUp(postgres);
                cluster.stopWithSavepoint(second);

                new ExactlyOnce(witness)
                        .check(folder.resolve("out"), List.of(ORDERS))
                        .assertExact();
            }
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
        Await.until(
                "the slot is confirmed up to " + end,
                PATIENCE,
                () ->
                        postgres.queryString(
                                        "SELECT confirmed_flush_lsn >= '"
                                                + end
                                                + "' FROM pg_replication_slots WHERE slot_name ="
                                                + " 'nanosync_slot_orders'")
                                .equals("t"));
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
                      properties:
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
