package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the planner makes of PostgreSQL's statistics. */
class StatisticsITCase {

    /** What Flink takes for the size of a table of which nothing is known. */
    private static final double UNKNOWN = 1e8;

    private static final Pattern SCAN =
            Pattern.compile(
                    "TableSourceScan\\(table=\\[\\[[^,]*, [^,]*, (\\w+).*rowcount = ([^,]*),");

    private static TestDatabase database;

    private TableEnvironment flink;

    @BeforeAll
    static void createTables() {
        database = TestPostgres.shared(17).createDatabase();
        for (String table : List.of("orders", "lines", "shipped", "part_1", "part_2", "fresh")) {
            database.execute(
                    "CREATE TABLE "
                            + table
                            + " (id int, customer int, amount int, note text) WITH"
                            + " (autovacuum_enabled = off)");
        }
        database.execute(
                "CREATE TABLE customers (id int, region int) WITH (autovacuum_enabled = off)",
                insert("orders", 200_000),
                insert("lines", 50_000),
                insert("shipped", 20),
                insert("part_1", 3_000),
                insert("part_2", 4_000),
                insert("fresh", 10),
                "INSERT INTO customers SELECT i, i % 7 FROM generate_series(1, 100) i",
                "ANALYZE orders, lines, shipped, part_1, part_2, customers");
    }

    private static String insert(String table, int rows) {
        return "INSERT INTO "
                + table
                + " SELECT i, i % 100 + 1, i % 50, 'note ' || i FROM generate_series(1, "
                + rows
                + ") i";
    }

    @AfterAll
    static void dropTables() {
        database.close();
    }

    @BeforeEach
    void createEnvironment() {
        flink = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        for (String table : List.of("orders", "lines", "shipped", "fresh", "part_.*")) {
            declare(table, "id INT, customer INT, amount INT, note STRING");
        }
        declare("customers", "id INT, region INT");
    }

    private void declare(String table, String columns) {
        flink.executeSql(
                "CREATE TABLE "
                        + table.replace("_.*", "s")
                        + " ("
                        + columns
                        + ") WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'table-name' = 'public."
                        + table
                        + "', 'pipeline' = 'p', 'startup-mode' = 'snapshot')");
    }

    private String plan(String query) {
        return flink.explainSql(query, ExplainDetail.ESTIMATED_COST);
    }

    private double rows(String query) {
        String plan = plan(query);
        Matcher scan = SCAN.matcher(plan);
        assertThat(scan.find()).as(plan).isTrue();
        return Double.parseDouble(scan.group(2));
    }

    /** The tables in the order of the plan's scans. */
    private List<String> order(String query) {
        List<String> tables = new ArrayList<>();
        Matcher scan = SCAN.matcher(plan(query));
        while (scan.find()) {
            tables.add(scan.group(1));
        }
        return tables;
    }

    private void withoutStatistics() {
        flink.getConfig().set("table.optimizer.source.report-statistics-enabled", "false");
    }

    @Test
    void tellsHowManyRowsThereAre() {
        assertThat(rows("SELECT * FROM orders")).isEqualTo(200_000);
        assertThat(rows("SELECT id FROM shipped")).isEqualTo(20);
        assertThat(rows("SELECT * FROM fresh")).isEqualTo(UNKNOWN);
        withoutStatistics();
        assertThat(rows("SELECT * FROM orders")).isEqualTo(UNKNOWN);
    }

    @Test
    void addsUpTheTablesOfAPattern() {
        assertThat(rows("SELECT * FROM parts")).isEqualTo(7_000);
    }

    @Test
    void tellsNoMoreThanALimit() {
        assertThat(rows("SELECT * FROM orders LIMIT 10")).isEqualTo(10);
        assertThat(rows("SELECT * FROM shipped LIMIT 1000")).isEqualTo(20);
    }

    @Test
    void tellsHowManyValuesAreDistinct() {
        assertThat(plan("SELECT customer, COUNT(*) FROM orders GROUP BY customer"))
                .containsPattern("HashAggregate\\(isMerge=\\[true].*rowcount = 100\\.0");
    }

    @Test
    void aSmallTableIsSentToAllTasks() {
        String query = "SELECT o.id, s.note FROM orders o JOIN shipped s ON o.id = s.id";
        assertThat(plan(query)).contains("isBroadcast=[true]");
        withoutStatistics();
        assertThat(plan(query)).doesNotContain("isBroadcast=[true]");
    }

    @Test
    void joinsBeginWithTheSmallest() {
        flink.getConfig().set("table.optimizer.join-reorder-enabled", "true");
        String query =
                "SELECT l.note FROM shipped s, orders o, lines l WHERE s.id = o.id AND o.customer ="
                        + " l.id";
        assertThat(order(query)).containsExactly("shipped", "orders", "lines");
        withoutStatistics();
        assertThat(order(query)).containsExactly("orders", "lines", "shipped");
    }

    /** All tables come from one task, and the one is sent to all before the other is looked at. */
    @Test
    void aJoinOfTablesOfOneSourceEnds() throws Exception {
        String query =
                "SELECT COUNT(*), SUM(CAST(c.region AS BIGINT)) FROM orders o JOIN shipped s ON"
                        + " o.id = s.id JOIN customers c ON o.customer = c.id";
        assertThat(plan(query)).contains("isBroadcast=[true]");
        try (CloseableIterator<Row> answer = flink.executeSql(query).collect()) {
            assertThat(answer.next())
                    .isEqualTo(
                            Row.of(
                                    20L,
                                    database.queryLong(
                                            "SELECT sum(c.region) FROM shipped s JOIN customers c"
                                                    + " ON s.customer = c.id")));
        }
    }

    @Test
    void plansWithoutWhatCannotBeAsked() throws Exception {
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
            assertThat(rows("SELECT * FROM orders")).isEqualTo(UNKNOWN);
        }
        assertThat(rows("SELECT * FROM orders")).isEqualTo(200_000);
    }
}
