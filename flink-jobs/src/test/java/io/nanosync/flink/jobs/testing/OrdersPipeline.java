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

/**
 * A pipeline over two tables whose snapshot is read in many splits, and whose second table can be
 * held so that the snapshot doesn't end. Its sink is judged against what was committed.
 */
final class OrdersPipeline implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final QualifiedName ORDERS = new QualifiedName("public", "orders");
    private static final QualifiedName LAST = new QualifiedName("public", "last");
    private static final int ROWS = 200_000;
    private static final String SLOT_EXISTS =
            "SELECT count(*) = 1 FROM pg_replication_slots WHERE slot_name ="
                    + " 'nanosync_slot_orders'";
    private static final String READER_WAITS =
            "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'last'::regclass";

    private final Path folder;
    private final Path file;
    private final TestPostgres postgres;
    private final Witness witness;

    /**
     * Fills the tables.
     *
     * @param folder where everything of the pipeline is
     */
    OrdersPipeline(TestPostgres postgres, Path folder, String checkpointInterval)
            throws IOException, SQLException {
        this.postgres = postgres;
        this.folder = folder;
        // Few rows a page and so many splits: there is time to kill somebody meanwhile.
        postgres.execute(
                "CREATE TABLE orders (id int PRIMARY KEY, customer text, total numeric(12,2))"
                        + " WITH (fillfactor = 10)");
        postgres.execute("CREATE TABLE last (id int PRIMARY KEY)");
        this.witness = Witness.start(postgres::connect, "witness");
        postgres.execute(
                "INSERT INTO orders SELECT i, 'customer ' || i, i / 7.0 FROM generate_series(1, "
                        + ROWS
                        + ") i",
                "INSERT INTO last SELECT generate_series(1, 1000)");
        this.file = pipelines(checkpointInterval);
    }

    /** The job of this pipeline. */
    FlinkCluster.Submission on(FlinkCluster cluster) {
        return cluster.submission(JobJars.packed()).arguments(List.of("-f", file.toString()));
    }

    /** Changes the tables until it is stopped. */
    LoadGenerator load() throws SQLException {
        return LoadGenerator.start(postgres::connect, List.of(this::change), 2, 50, 1);
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

    void awaitSlot() {
        awaitTrue("the slot is there", SLOT_EXISTS);
    }

    /** Keeps the snapshot from ending, until it is closed. */
    Connection holdSnapshot() throws SQLException {
        Connection holder = postgres.connect();
        holder.setAutoCommit(false);
        try (Statement statement = holder.createStatement()) {
            statement.execute("LOCK TABLE last IN ACCESS EXCLUSIVE MODE");
        }
        return holder;
    }

    /** Waits until the snapshot's last table is being asked for. */
    void awaitHeldReader() {
        awaitTrue("a reader waits for the last table", READER_WAITS);
    }

    void awaitPhase(PipelinePhase wanted) {
        Await.until("phase " + wanted, PATIENCE, () -> phase() == wanted);
    }

    private PipelinePhase phase() throws SQLException {
        try (Connection connection = postgres.connect()) {
            return PipelinePhase.of(connection, "nanosync_slot_orders");
        }
    }

    /** Waits until all is confirmed: the slot is confirmed by completed checkpoints alone. */
    void awaitCaughtUp() {
        String end = postgres.queryString("SELECT pg_current_wal_lsn()");
        awaitTrue(
                "the slot is confirmed up to " + end,
                "SELECT confirmed_flush_lsn >= '"
                        + end
                        + "' FROM pg_replication_slots WHERE slot_name = 'nanosync_slot_orders'");
    }

    private void awaitTrue(String what, String query) {
        Await.until(what, PATIENCE, () -> postgres.queryString(query).equals("t"));
    }

    /** Everything committed is in the sink, once. */
    void assertExact() throws Exception {
        Verdict verdict =
                new ExactlyOnce(witness).check(folder.resolve("out"), List.of(ORDERS, LAST));
        System.out.println(verdict);
        verdict.assertExact();
    }

    private Path pipelines(String checkpointInterval) throws IOException {
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
                    checkpoint_interval: %3$s
                """
                        .formatted(folder, postgres.database().dsn(), checkpointInterval));
    }

    @Override
    public void close() throws Exception {
        witness.close();
    }
}
