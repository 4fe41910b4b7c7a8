package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statements over captured tables that run: real PostgreSQL, real planner, real cluster. */
class SqlITCase {

    private TestDatabase database;
    private TableEnvironment flink;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(17).createDatabase();
        flink = SqlSession.streaming(2);
        flink.getConfig().setLocalTimeZone(java.time.ZoneId.of("UTC"));
    }

    @AfterEach
    void drop() {
        database.close();
    }

    /** Reading a value of {@code odd}, which holds more than its type in Flink, ends a job. */
    private void createOrders(int rows) {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2) NOT NULL, note"
                        + " text, odd numeric(4,2) DEFAULT 'NaN')",
                "INSERT INTO orders SELECT i, i * 1.25, 'note ' || i FROM generate_series(1, "
                        + rows
                        + ") i");
        flink.executeSql(
                "CREATE TABLE orders (id BIGINT, total DECIMAL(12, 2) NOT NULL, note STRING,"
                        + " PRIMARY KEY (id) NOT ENFORCED) WITH ("
                        + options("public.orders")
                        + ")");
    }

    private String options(String table) {
        return "'connector' = 'nanosync-pg', 'dsn' = '"
                + database.dsn()
                + "', 'table-name' = '"
                + table
                + "'";
    }

    private Map<Object, List<Object>> ordersInPostgres() {
        Map<Object, List<Object>> rows = new HashMap<>();
        for (List<@Nullable String> row :
                database.queryRows("SELECT id, total, note FROM orders")) {
            Object id = Long.valueOf(String.valueOf(row.get(0)));
            rows.put(
                    id,
                    java.util.Arrays.asList(
                            id, new BigDecimal(String.valueOf(row.get(1))), row.get(2)));
        }
        return rows;
    }

    @Test
    void upsertFollowsTheTableThroughSnapshotAndChanges() throws Exception {
        createOrders(1000);
        try (LiveQuery query = new LiveQuery(flink, "SELECT * FROM orders")) {
            query.awaitRows(1000);
            database.execute(
                    "INSERT INTO orders VALUES (2000, 7.77, NULL)",
                    "UPDATE orders SET total = total + 1 WHERE id % 10 = 0",
                    "UPDATE orders SET id = id + 5000 WHERE id <= 5",
                    "DELETE FROM orders WHERE id BETWEEN 500 AND 600",
                    "INSERT INTO orders VALUES (555, 1.00, 'again')");
            Await.until(
                    "Flink has what PostgreSQL has",
                    () -> query.byKey().equals(ordersInPostgres()));
        }
    }

    /** What docs/from-flink-cdc.md says of moving a job. */
    @Test
    void goesOnFromASlotThatAnotherConsumerHasUsed() throws Exception {
        createOrders(5);
        database.execute(
                "CREATE PUBLICATION dbz_publication FOR TABLE orders",
                "SELECT pg_create_logical_replication_slot('flink', 'pgoutput')",
                "UPDATE orders SET note = 'taken there' WHERE id = 1",
                "SELECT pg_logical_slot_get_binary_changes('flink', NULL, NULL, 'proto_version',"
                        + " '1', 'publication_names', 'dbz_publication')",
                "UPDATE orders SET note = 'left behind' WHERE id = 2");
        String read =
                "SELECT * FROM orders /*+ OPTIONS('startup-mode' = 'slot', 'replication-slot' ="
                        + " 'flink', 'publication' = 'dbz_publication') */";
        try (LiveQuery query = new LiveQuery(flink, read)) {
            query.awaitRows(1);
            database.execute(
                    "DELETE FROM orders WHERE id = 3", "INSERT INTO orders VALUES (6, 6, 'new')");
            Await.until("the insert is there", () -> query.byKey().containsKey(6L));
            assertThat(query.byKey().keySet()).containsExactlyInAnyOrder(2L, 6L);
        }
    }

    @Test
    void dividesTheSnapshotByTheColumnThatIsNamed() throws Exception {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, note text) WITH (fillfactor = 10)",
                "INSERT INTO orders SELECT i, 'x' FROM generate_series(1, 20000) i");
        flink.executeSql(
                "CREATE TABLE orders (id BIGINT, note STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ("
                        + options("public.orders")
                        + ", 'partition-strategy' = 'minmax', 'partition-column' = 'id')");
        try (LiveQuery query =
                new LiveQuery(flink, "SELECT COUNT(*), SUM(id), COUNT(note) FROM orders")) {
            Await.until(
                    "the snapshot is counted",
                    () -> counts(query).equals("20000, 200010000, 20000"));
            database.execute("UPDATE orders SET id = id + 100000 WHERE id <= 10");
            Await.until("so are changes", () -> counts(query).equals("20000, 201010000, 20000"));
        }
    }

    @Test
    void allFollowsATableWithoutKey() throws Exception {
        database.execute(
                "CREATE TABLE log (line text, body text)",
                "ALTER TABLE log REPLICA IDENTITY FULL",
                "ALTER TABLE log ALTER COLUMN body SET STORAGE EXTERNAL",
                "INSERT INTO log SELECT 'line ' || i % 50, repeat('x', 10000) FROM"
                        + " generate_series(1, 100) i");
        flink.executeSql(
                "CREATE TABLE log (line STRING, body STRING) WITH (" + options("public.log") + ")");
        try (LiveQuery query = new LiveQuery(flink, "SELECT line, CHAR_LENGTH(body) FROM log")) {
            query.awaitRows(100);
            database.execute(
                    "UPDATE log SET line = 'changed' WHERE line LIKE '%7'",
                    "DELETE FROM log WHERE line = 'line 1'",
                    "INSERT INTO log VALUES ('changed', 'short')");
            Map<List<Object>, Integer> expected = new HashMap<>();
            for (List<@Nullable String> row :
                    database.queryRows("SELECT line, length(body) FROM log")) {
                expected.merge(
                        List.of(
                                String.valueOf(row.get(0)),
                                Integer.valueOf(String.valueOf(row.get(1)))),
                        1,
                        Integer::sum);
            }
            Await.until("Flink has what PostgreSQL has", () -> query.retracted().equals(expected));
        }
    }

    @Test
    void aggregatesFollowChanges() throws Exception {
        createOrders(100);
        try (LiveQuery query =
                new LiveQuery(flink, "SELECT COUNT(*), SUM(total), COUNT(note) FROM orders")) {
            Await.until("the snapshot is counted", () -> counts(query).startsWith("100, "));
            database.execute(
                    "UPDATE orders SET total = 0 WHERE id > 50",
                    "DELETE FROM orders WHERE id < 11");
            String expected =
                    database.queryString(
                            "SELECT concat_ws(', ', count(*), sum(total), count(note)) FROM"
                                    + " orders");
            Await.until("the sums are PostgreSQL's", () -> counts(query).equals(expected));
        }
    }

    private static String counts(LiveQuery query) {
        List<Row> changes = query.changelog();
        if (changes.isEmpty()) {
            return "";
        }
        Row last = changes.get(changes.size() - 1);
        return last.getField(0) + ", " + last.getField(1) + ", " + last.getField(2);
    }

    @Test
    void aBoundedSnapshotEndsInBatchModeAndLeavesNoSlot() throws Exception {
        createOrders(1000);
        TableEnvironment batch = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        batch.executeSql(
                "CREATE TABLE orders (id BIGINT, total DECIMAL(12, 2)) WITH ("
                        + options("public.orders")
                        + ", 'startup-mode' = 'snapshot')");
        try (CloseableIterator<Row> rows =
                batch.executeSql("SELECT COUNT(*), SUM(total) FROM orders").collect()) {
            assertThat(rows.next()).isEqualTo(Row.of(1000L, new BigDecimal("625625.00")));
            assertThat(rows.hasNext()).isFalse();
        }
        assertThat(
                        database.queryLong(
                                "SELECT count(*) FROM pg_replication_slots WHERE database ="
                                        + " current_database()"))
                .isZero();
        assertThat(database.queryLong("SELECT count(*) FROM pg_publication")).isZero();
    }

    @Test
    void metadataTellsWhereChangesComeFrom() throws Exception {
        createOrders(1);
        flink.executeSql(
                "CREATE TABLE audit (odd DECIMAL(4, 2), id BIGINT, op STRING METADATA, snapshot"
                    + " BOOLEAN METADATA, table_name STRING METADATA, schema_name STRING METADATA,"
                    + " database_name STRING METADATA, commit_lsn STRING METADATA, `ordinal` BIGINT"
                    + " METADATA, xid BIGINT METADATA, commit_ts TIMESTAMP_LTZ(6) METADATA) WITH ("
                        + options("public.orders")
                        + ", 'changelog-mode' = 'append')");
        try (LiveQuery query =
                new LiveQuery(
                        flink,
                        "SELECT id, op, snapshot, table_name, schema_name, database_name,"
                                + " `ordinal`, commit_ts, xid, commit_lsn FROM audit")) {
            query.awaitRows(1);
            long xid =
                    database.queryLong(
                            "WITH changed AS (UPDATE orders SET id = 2 RETURNING id) SELECT"
                                    + " txid_current() & 4294967295 FROM changed");
            database.execute("DELETE FROM orders");
            query.awaitRows(3);
            String name = database.name();
            assertThat(query.changelog())
                    .extracting(row -> row.getField(0) + " " + row.getField(1))
                    .containsExactly("1 r", "2 u", "2 d");
            assertThat(query.changelog())
                    .extracting(row -> List.of(List.of(row.getFieldAs(2), row.getFieldAs(6))))
                    .containsExactly(
                            List.of(List.of(true, 0L)),
                            List.of(List.of(false, 1L)),
                            List.of(List.of(false, 1L)));
            assertThat(query.changelog())
                    .allSatisfy(
                            row -> {
                                assertThat(row.getField(3)).isEqualTo("orders");
                                assertThat(row.getField(4)).isEqualTo("public");
                                assertThat(row.getField(5)).isEqualTo(name);
                                assertThat(String.valueOf(row.getField(9)))
                                        .matches("[0-9A-F]+/[0-9A-F]+");
                            });
            assertThat(query.changelog().get(0).getField(7)).isNull();
            assertThat(query.changelog().get(1).getField(7)).isNotNull();
            assertThat(query.changelog().get(0).getField(8)).isNull();
            assertThat(query.changelog().get(1).getField(8)).isEqualTo(xid);
        }
    }

    @Test
    void oneJobReadsSeveralTables() throws Exception {
        createOrders(10);
        database.execute(
                "CREATE TABLE lines (id int PRIMARY KEY, order_id bigint, what text)",
                "INSERT INTO lines SELECT i, i % 10 + 1, 'thing ' || i FROM generate_series(1, 20)"
                        + " i");
        flink.executeSql(
                "CREATE TABLE lines (id INT, order_id BIGINT, what STRING, PRIMARY KEY (id) NOT"
                        + " ENFORCED) WITH ("
                        + options("public.lines")
                        + ")");
        try (LiveQuery query =
                new LiveQuery(
                        flink,
                        "SELECT l.id, o.note, l.what FROM lines l JOIN orders o ON o.id ="
                                + " l.order_id")) {
            Await.until(
                    "the join has every line",
                    Duration.ofSeconds(60),
                    () -> query.byKey().size() == 20);
            database.execute("UPDATE orders SET note = 'new' WHERE id = 3");
            Await.until(
                    "the join has the change",
                    () ->
                            query.retracted().keySet().stream()
                                            .filter(row -> row.contains("new"))
                                            .count()
                                    == 2);
        }
    }
}
