package io.nanosync.flink.jobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.demo.LoadGenerator;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FlinkCluster;
import io.nanosync.flink.pg.testing.MavenJars;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The packed SQL jar, one and the same, on clusters of every version of Flink that it is for. What
 * goes on from a former build's savepoint begins with that build's SQL jar where one is given,
 * {@code -Dnanosync.former.sql.jar=…}.
 */
@Tag("long")
@Tag("packaged")
class FlinkVersionsITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int ORDERS = 5_000;
    private static final int CUSTOMERS = 50;

    private static final String TOTALS =
            "customer STRING, orders BIGINT, total DECIMAL(38, 2), PRIMARY KEY (customer) NOT"
                    + " ENFORCED";

    /** Of the others not all of the SQL client's jars are in Maven's repository. */
    private static final Set<String> WITH_SQL_CLIENT = Set.of("1.20.3", "2.0.0", "2.3.0");

    @TempDir private Path folder;

    private final TestDatabase database = TestPostgres.shared(18).createDatabase();

    @BeforeEach
    void fill() {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL,"
                        + " total numeric(12,2) NOT NULL)",
                "INSERT INTO orders SELECT i, 'customer ' || i %% %d, i / 7.0 FROM generate_series(1, %d) i"
                        .formatted(CUSTOMERS, ORDERS),
                "CREATE TABLE customers (name text PRIMARY KEY)",
                "INSERT INTO customers SELECT 'customer ' || i FROM generate_series(0, %d) i"
                        .formatted(2 * CUSTOMERS - 1),
                "CREATE TABLE totals (customer text PRIMARY KEY, orders bigint, total numeric)");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.20.3", "2.0.0", "2.1.1", "2.2.0", "2.3.0"})
    void readsSnapshotAndStreamAndGoesOnFromASavepoint(String version) throws Exception {
        try (LoadGenerator load = load();
                FlinkCluster flink = cluster(version)) {
            String savepoint = beginAndStop(flink, version, joining(), load);
            goOnToTheEnd(flink, version, joining(), load, savepoint);
        }
    }

    @Test
    void goesOnFromASavepointOfAnOlderFlink() throws Exception {
        try (LoadGenerator load = load()) {
            String savepoint;
            try (FlinkCluster flink = cluster("1.20.3")) {
                savepoint = beginAndStop(flink, "1.20.3", summing(), load);
            }
            try (FlinkCluster flink = cluster("2.2.0")) {
                goOnToTheEnd(flink, "2.2.0", summing(), load, savepoint);
            }
        }
    }

    /** However its rows lie; then windows end with the changes, behind a restart too. */
    @ParameterizedTest
    @ValueSource(strings = {"1.20.3", "2.0.0", "2.1.1", "2.2.0", "2.3.0"})
    void windowsLoseNoRowOfTheSnapshot(String version) throws Exception {
        database.execute(
                "CREATE TABLE events (id int PRIMARY KEY, happened timestamp)",
                "INSERT INTO events SELECT i, timestamp '2026-01-01' + i * 7919 % 20000 * interval"
                        + " '1 s' FROM generate_series(1, 20000) i",
                "CREATE TABLE minutes (minute timestamp, events bigint)");
        try (FlinkCluster flink = cluster(version)) {
            String job = run(flink, version, windowing(), null);
            Await.until("the stream is read", PATIENCE, this::streams);
            happens(20_001, "2026-01-02 00:00:00");
            awaitMinutesBefore("2026-01-02");
            String savepoint = flink.stopWithSavepoint(job);
            happens(20_002, "2026-01-02 00:00:30");
            job = run(flink, version, windowing(), savepoint);
            flink.awaitRunning(job);
            happens(20_003, "2026-01-03 00:00:00");
            awaitMinutesBefore("2026-01-03");
            flink.cancel(job);
        }
    }

    private void happens(int id, String at) {
        database.execute("INSERT INTO events VALUES (%d, timestamp '%s')".formatted(id, at));
    }

    private void awaitMinutesBefore(String end) {
        List<List<@Nullable String>> minutes =
                database.queryRows(
                        ("SELECT date_trunc('minute', happened) AS minute, count(*) FROM events"
                                        + " WHERE happened < timestamp '%s' GROUP BY 1 ORDER BY 1")
                                .formatted(end));
        Await.until(
                "the minutes before " + end,
                PATIENCE,
                () -> database.queryRows("SELECT * FROM minutes ORDER BY minute").equals(minutes));
    }

    private List<String> windowing() {
        return List.of(
                """
                CREATE TABLE events (
                  id INT,
                  happened TIMESTAMP(3),
                  WATERMARK FOR happened AS happened
                ) WITH (
                  'connector' = 'nanosync-pg',
                  'dsn' = '%s',
                  'table-name' = 'public.events',
                  'changelog-mode' = 'append',
                  'ctid-partition-blocks' = '1'
                )"""
                        .formatted(database.dsn()),
                sink("minutes", "`minute` TIMESTAMP(6), events BIGINT"),
                "INSERT INTO minutes SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE events,"
                        + " DESCRIPTOR(happened), INTERVAL '1' MINUTE)) GROUP BY window_start,"
                        + " window_end");
    }

    /** Rows that came before have the new column behind their next change. */
    @Test
    void goesOnFromASavepointOfAFormerBuildWithAnotherColumn() throws Exception {
        database.execute(
                "ALTER TABLE orders REPLICA IDENTITY FULL",
                "CREATE TABLE copies (id bigint PRIMARY KEY, customer text, total numeric)");
        String version = "2.3.0";
        Path former =
                Path.of(System.getProperty("nanosync.former.sql.jar", JobJars.sql().toString()));
        try (LoadGenerator load = load()) {
            String savepoint;
            try (FlinkCluster flink = cluster(version, former)) {
                savepoint = beginAndStop(flink, version, copying("id, customer"), load);
            }
            assertThat(database.queryLong("SELECT count(total) FROM copies")).isZero();
            try (FlinkCluster flink = cluster(version, JobJars.sql())) {
                String job = goOn(flink, version, copying("id, customer, total"), load, savepoint);
                database.execute("UPDATE orders SET total = total + 1");
                awaitConfirmed();
                assertThat(database.queryRows("SELECT * FROM copies ORDER BY id"))
                        .isEqualTo(database.queryRows("SELECT * FROM orders ORDER BY id"));
                flink.cancel(job);
            }
        }
    }

    /** Reads the snapshot and some of the stream; gives a canonical savepoint. */
    private String beginAndStop(
            FlinkCluster flink, String version, List<String> statements, LoadGenerator load)
            throws Exception {
        String job = run(flink, version, statements, null);
        flink.awaitRunning(job);
        Await.until("the stream is read", PATIENCE, this::streams);
        long before = load.commits();
        flink.awaitCheckpoints(job, 2);
        assertThat(load.commits()).isGreaterThan(before);
        return flink.stopWithSavepoint(job);
    }

    /** By one walsender, however many tables. */
    private boolean streams() {
        return database.queryLong(
                        "SELECT count(*) FROM pg_stat_replication JOIN pg_replication_slots ON pid"
                                + " = active_pid WHERE database = current_database()")
                == 1;
    }

    private void goOnToTheEnd(
            FlinkCluster flink,
            String version,
            List<String> statements,
            LoadGenerator load,
            String savepoint)
            throws Exception {
        String job = goOn(flink, version, statements, load, savepoint);
        awaitConfirmed();
        assertThat(database.queryRows("SELECT * FROM totals ORDER BY customer"))
                .isEqualTo(
                        database.queryRows(
                                "SELECT customer, count(*), sum(total) FROM orders"
                                        + " GROUP BY customer ORDER BY customer"));
        flink.cancel(job);
    }

    /** Until a checkpoint has completed; from then on nothing writes. */
    private String goOn(
            FlinkCluster flink,
            String version,
            List<String> statements,
            LoadGenerator load,
            String savepoint)
            throws Exception {
        String job = run(flink, version, statements, savepoint);
        flink.awaitRunning(job);
        flink.awaitCheckpoints(job, 1);
        assertThat(flink.restores(job)).isEqualTo(1);
        load.stop();
        return job;
    }

    private void awaitConfirmed() {
        ConfirmedSlot.await(database, "database = current_database()", PATIENCE);
    }

    private FlinkCluster cluster(String version) throws IOException {
        return cluster(version, JobJars.sql());
    }

    private FlinkCluster cluster(String version, Path connector) throws IOException {
        FlinkCluster.Builder cluster =
                FlinkCluster.builder()
                        .version(version)
                        .option("parallelism.default", "2")
                        .option(
                                "execution.checkpointing.savepoint-dir",
                                folder.resolve("savepoints").toUri().toString())
                        .lib(connector);
        MavenJars.flinkJdbc(version).forEach(cluster::lib);
        return cluster.start();
    }

    /** Starts the statement with the version's SQL client, or else as a job of its own. */
    private String run(
            FlinkCluster flink, String version, List<String> statements, @Nullable String savepoint)
            throws IOException {
        String script = String.join(";\n", statements) + ";\n";
        if (WITH_SQL_CLIENT.contains(version)) {
            String from =
                    savepoint == null
                            ? ""
                            : "SET 'execution.state-recovery.path' = '" + savepoint + "';\n";
            return flink.sql(MavenJars.flinkSqlClient(version), from + script);
        }
        FlinkCluster.Submission submission =
                flink.submission(JobJars.of(folder.resolve("job.jar"), SqlJob.class))
                        .mainClass(SqlJob.class.getName())
                        .arguments(statements);
        return (savepoint == null ? submission : submission.from(savepoint)).run();
    }

    /** Of two tables that share a slot. */
    private List<String> joining() {
        return statements(
                ", 'pipeline' = 'shop'",
                "totals",
                TOTALS,
                "o.customer, COUNT(*), SUM(o.total)",
                " AS o JOIN shop.%s.customers AS c ON c.name = o.customer GROUP BY o.customer"
                        .formatted(database.name()));
    }

    private List<String> summing() {
        return statements(
                "", "totals", TOTALS, "customer, COUNT(*), SUM(total)", " GROUP BY customer");
    }

    private List<String> copying(String columns) {
        return statements(
                "",
                "copies",
                "id BIGINT, customer STRING"
                        + (columns.endsWith("total") ? ", total DECIMAL(12, 2)" : "")
                        + ", PRIMARY KEY (id) NOT ENFORCED",
                columns,
                "");
    }

    private List<String> statements(
            String options, String table, String columns, String selected, String rest) {
        return List.of(
                """
                CREATE CATALOG shop WITH (
                  'type' = 'nanosync-pg',
                  'dsn' = '%s'%s
                )"""
                        .formatted(database.dsn(), options),
                sink(table, columns),
                "INSERT INTO %s SELECT %s FROM shop.%s.orders%s"
                        .formatted(table, selected, database.name(), rest));
    }

    private String sink(String table, String columns) {
        return """
               CREATE TABLE %s (%s) WITH (
                 'connector' = 'jdbc',
                 'url' = 'jdbc:postgresql://127.0.0.1:%d/%s',
                 'username' = '%s',
                 'password' = 'none is asked for',
                 'table-name' = '%1$s'
               )"""
                .formatted(
                        table, columns, database.port(), database.name(), TestPostgres.SUPERUSER);
    }

    private LoadGenerator load() throws SQLException {
        return LoadGenerator.start(
                database::connect, List.of(FlinkVersionsITCase::change), 2, 60, 1);
    }

    private static boolean change(Connection connection, RandomGenerator random)
            throws SQLException {
        int id = random.nextInt(ORDERS) + 1;
        String customer = "'customer " + random.nextInt(2 * CUSTOMERS) + "'";
        try (Statement statement = connection.createStatement()) {
            statement.execute("UPDATE orders SET total = total + 1 WHERE id = " + id);
            statement.execute("UPDATE orders SET customer = " + customer + " WHERE id = " + id);
            statement.execute("DELETE FROM orders WHERE id = " + id / 2);
            statement.execute(
                    "INSERT INTO orders SELECT max(id) + 1, "
                            + customer
                            + ", 7 FROM orders ON CONFLICT DO NOTHING");
        }
        return random.nextInt(10) != 0;
    }
}
