package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.PlanReference;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several tables of one pipeline in a job: one slot, one publication, one reader. */
class SharedPipelineITCase {

    private TestDatabase database;
    private TableEnvironment flink;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(17).createDatabase();
        database.execute(
                "CREATE TABLE orders (id int PRIMARY KEY, customer int, total int)",
                "CREATE TABLE customers (id int PRIMARY KEY, name text, odd numeric(4,2) DEFAULT"
                        + " 'NaN')",
                "ALTER TABLE orders REPLICA IDENTITY FULL",
                "ALTER TABLE customers REPLICA IDENTITY FULL",
                "INSERT INTO customers SELECT i, 'name ' || i FROM generate_series(0, 9) i",
                "INSERT INTO orders SELECT i, i % 10, i FROM generate_series(1, 1000) i");
        flink = session();
    }

    private TableEnvironment session() {
        TableEnvironment session = SqlSession.streaming(2);
        declare(session, "orders", "id INT, customer INT, total INT", "");
        declare(session, "customers", "id INT, name STRING", "");
        return session;
    }

    private void declare(TableEnvironment in, String table, String columns, String options) {
        in.executeSql(
                "CREATE TABLE "
                        + table
                        + " ("
                        + columns
                        + ", PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'nanosync-pg',"
                        + " 'dsn' = '"
                        + database.dsn()
                        + "', 'pipeline' = 'shop', 'table-name' = 'public."
                        + table
                        + "'"
                        + options
                        + ")");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private void awaitStream() {
        Await.until("the slot is read", () -> database.streamingPid("nanosync_slot_shop") != null);
    }

    private void requireOneOfEach() {
        awaitStream();
        String ours = " WHERE database = current_database()";
        assertThat(database.queryList("SELECT slot_name FROM pg_replication_slots" + ours))
                .containsExactly("nanosync_slot_shop");
        assertThat(database.queryList("SELECT pubname FROM pg_publication"))
                .containsExactly("nanosync_pub_shop");
        assertThat(
                        database.queryLong(
                                "SELECT count(*) FROM pg_stat_activity WHERE datname ="
                                        + " current_database() AND backend_type = 'walsender'"))
                .isOne();
    }

    private Map<List<Object>, Integer> joined() {
        Map<List<Object>, Integer> rows = new HashMap<>();
        for (List<@Nullable String> row :
                database.queryRows(
                        "SELECT o.id, c.name, o.total FROM orders o JOIN customers c ON c.id ="
                                + " o.customer")) {
            rows.put(
                    List.of(
                            Integer.valueOf(String.valueOf(row.get(0))),
                            String.valueOf(row.get(1)),
                            Integer.valueOf(String.valueOf(row.get(2)))),
                    1);
        }
        return rows;
    }

    private static final String JOIN =
            "SELECT o.id, c.name, o.total FROM orders o JOIN customers c ON c.id = o.customer";

    @Test
    void tablesOfOnePipelineShareSlotPublicationAndReader() throws Exception {
        assertThat(flink.explainSql(JOIN)).contains("orders", "customers");
        try (LiveQuery query = new LiveQuery(flink, JOIN)) {
            Await.until("the snapshot is joined", () -> query.retracted().equals(joined()));
            database.execute(
                    "UPDATE customers SET name = 'other' WHERE id < 3",
                    "UPDATE orders SET total = -1, customer = 4 WHERE id < 100",
                    "DELETE FROM orders WHERE id > 900",
                    "DELETE FROM customers WHERE id = 7",
                    "INSERT INTO orders VALUES (5000, 1, 1)");
            Await.until("so are changes", () -> query.retracted().equals(joined()));
            requireOneOfEach();
        }
    }

    /** Stateless, so that Flink can restore what another statement left. */
    private JobClient insert(TableEnvironment from, String... tables) {
        StatementSet set = from.createStatementSet();
        for (String table : tables) {
            set.addInsertSql("INSERT INTO sink_" + table + " SELECT * FROM " + table);
        }
        return set.execute().getJobClient().orElseThrow();
    }

    private Map<List<String>, String> sink(TableEnvironment in, String table, String columns) {
        return KeyedSink.create(in, "sink_" + table, columns, table + "-" + database.name());
    }

    private Map<List<String>, String> table(String sql) {
        Map<List<String>, String> rows = new HashMap<>();
        for (List<@Nullable String> row : database.queryRows(sql)) {
            rows.put(
                    List.of(String.valueOf(row.get(0))),
                    "+I[" + String.join(", ", row.stream().map(String::valueOf).toList()) + "]");
        }
        return rows;
    }

    private void awaitTable(JobClient job, Map<List<String>, String> sink, String sql) {
        Await.until(sql, () -> job.getJobExecutionResult().isDone() || sink.equals(table(sql)));
        assertThat(job.getJobExecutionResult()).isNotDone();
    }

    /** Rows of before don't come again, nor is a change of the meantime left out. */
    @Test
    @Tag("long")
    void tableIsAddedAtARestartAndRemovedAtAnother(@TempDir Path folder) throws Exception {
        String orders = "SELECT id, customer, total FROM orders";
        String customers = "SELECT id, name FROM customers";
        Map<List<String>, String> first = sink(flink, "orders", "id INT, customer INT, total INT");
        JobClient job = insert(flink, "orders");
        Await.until("the rows are there", () -> first.equals(table(orders)));
        awaitStream();
        String savepoint = SqlSession.stop(job, folder);

        first.clear();
        database.execute(
                "UPDATE orders SET total = 7 WHERE id < 10",
                "UPDATE customers SET name = 'meanwhile' WHERE id = 1");
        TableEnvironment second = session();
        second.getConfig().set("execution.state-recovery.path", savepoint);
        sink(second, "orders", "id INT, customer INT, total INT");
        Map<List<String>, String> added = sink(second, "customers", "id INT, name STRING");
        job = insert(second, "customers", "orders");
        awaitTable(job, added, customers);
        Await.until(
                "so is what changed meanwhile, alone",
                () -> first.equals(table(orders + " WHERE id < 10")));
        database.execute(
                "UPDATE orders SET total = 8 WHERE id < 10",
                "DELETE FROM customers WHERE id = 2",
                "INSERT INTO customers VALUES (100, 'late')");
        Await.until("and changes of the added", () -> added.equals(table(customers)));
        Await.until("and of the other", () -> first.equals(table(orders + " WHERE id < 10")));
        requireOneOfEach();
        savepoint = SqlSession.stop(job, folder);

        added.clear();
        database.execute("UPDATE customers SET name = 'alone'", "DELETE FROM orders");
        TableEnvironment third = session();
        third.getConfig().set("execution.state-recovery.path", savepoint);
        sink(third, "customers", "id INT, name STRING");
        job = insert(third, "customers");
        Await.until("the one that stays goes on", () -> added.equals(table(customers)));
        assertThat(first).isNotEmpty();
        Await.until(
                "the other has left the publication",
                () ->
                        database.queryList("SELECT tablename FROM pg_publication_tables")
                                .equals(List.of("customers")));
        savepoint = SqlSession.stop(job, folder);

        // Nor both at once: rows of the one would be taken for those of the other.
        TableEnvironment fourth = session();
        fourth.getConfig().set("execution.state-recovery.path", savepoint);
        sink(fourth, "orders", "id INT, customer INT, total INT");
        JobClient refused = insert(fourth, "orders");
        assertThatThrownBy(() -> refused.getJobExecutionResult().get())
                .hasStackTraceContaining("Pipeline shop captures [public.orders");
    }

    private JobClient count(TableEnvironment in, String counted, String copied, boolean inFront) {
        List<String> inserts = new ArrayList<>();
        inserts.add("INSERT INTO sink_copy SELECT id, CAST(1 AS BIGINT) FROM " + copied);
        inserts.add(
                inFront ? 0 : 1,
                "INSERT INTO sink_counts SELECT MOD(id, 10), COUNT(*) FROM "
                        + counted
                        + " GROUP BY MOD(id, 10)");
        StatementSet set = in.createStatementSet();
        inserts.forEach(set::addInsertSql);
        return set.execute().getJobClient().orElseThrow();
    }

    /** The state of one table's rows would be taken for another's, or be gone. */
    @Test
    void savepointIsNoneOfAStatementWhoseTablesHaveChangedPlaces(@TempDir Path folder)
            throws Exception {
        sink(flink, "copy", "id INT, n BIGINT");
        Map<List<String>, String> counts = sink(flink, "counts", "id INT, n BIGINT");
        JobClient job = count(flink, "orders", "customers", true);
        Await.until("all are counted", () -> counts.containsValue("+I[9, 100]"));
        awaitStream();
        String savepoint = SqlSession.stop(job, folder);
        for (boolean inFront : List.of(true, false)) {
            TableEnvironment other = session();
            other.getConfig().set("execution.state-recovery.path", savepoint);
            sink(other, "copy", "id INT, n BIGINT");
            sink(other, "counts", "id INT, n BIGINT");
            String counted = inFront ? "customers" : "orders";
            String copied = inFront ? "orders" : "customers";
            assertThatThrownBy(
                            () ->
                                    count(other, counted, copied, inFront)
                                            .getJobExecutionResult()
                                            .get(1, TimeUnit.MINUTES))
                    .hasStackTraceContaining("Cannot map checkpoint/savepoint state");
        }
        TableEnvironment same = session();
        same.getConfig().set("execution.state-recovery.path", savepoint);
        sink(same, "copy", "id INT, n BIGINT");
        Map<List<String>, String> goneOn = sink(same, "counts", "id INT, n BIGINT");
        job = count(same, "orders", "customers", true);
        database.execute("INSERT INTO orders VALUES (5009, 9, 1)");
        Await.until("it goes on where it was", () -> goneOn.containsValue("+I[9, 101]"));
        job.cancel().get();
    }

    /** One of them is written behind the other, in each transaction. */
    @Test
    @Tag("long")
    void boundedSnapshotsAreOfOneMoment() throws Exception {
        database.execute(
                "CREATE TABLE ins (id int PRIMARY KEY)", "CREATE TABLE outs (id int PRIMARY KEY)");
        Thread load =
                new Thread(
                        () -> {
                            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                                database.execute(
                                        "INSERT INTO ins VALUES ("
                                                + i
                                                + "); INSERT INTO outs VALUES ("
                                                + i
                                                + ")");
                            }
                        });
        load.start();
        try {
            for (boolean batch : new boolean[] {true, false}) {
                TableEnvironment session =
                        TableEnvironment.create(
                                batch
                                        ? EnvironmentSettings.inBatchMode()
                                        : EnvironmentSettings.inStreamingMode());
                session.getConfig().set("parallelism.default", "2");
                declare(session, "ins", "id INT", ", 'startup-mode' = 'snapshot'");
                declare(session, "outs", "id INT", ", 'startup-mode' = 'snapshot'");
                String sql = "SELECT * FROM ins FULL JOIN outs ON ins.id = outs.id";
                String third = sql + " FULL JOIN (SELECT id FROM ins LIMIT 5) five ON five.id = 1";
                for (String statement : List.of(sql, third, sql)) {
                    assertThat(session.explainSql(statement)).contains("ins", "outs");
                    int rows = 0;
                    try (CloseableIterator<Row> all = session.executeSql(statement).collect()) {
                        Map<Row, Integer> left = new HashMap<>();
                        while (all.hasNext()) {
                            Row row = all.next();
                            boolean adds =
                                    row.getKind() == org.apache.flink.types.RowKind.INSERT
                                            || row.getKind()
                                                    == org.apache.flink.types.RowKind.UPDATE_AFTER;
                            row.setKind(org.apache.flink.types.RowKind.INSERT);
                            left.merge(row, adds ? 1 : -1, Integer::sum);
                        }
                        left.values().removeIf(count -> count == 0);
                        for (Row row : left.keySet()) {
                            assertThat(row.getField(0)).isEqualTo(row.getField(1));
                            rows++;
                        }
                    }
                    assertThat(rows).isPositive();
                }
            }
        } finally {
            load.interrupt();
            load.join();
        }
    }

    @Test
    @Tag("long")
    void compiledPlanSharesTheSourceToo(@TempDir Path folder) throws Exception {
        Map<List<String>, String> orders = sink(flink, "orders", "id INT, customer INT, total INT");
        Map<List<String>, String> customers = sink(flink, "customers", "id INT, name STRING");
        StatementSet set = flink.createStatementSet();
        set.addInsertSql("INSERT INTO sink_orders SELECT id, customer, total + 0 FROM orders");
        set.addInsertSql("INSERT INTO sink_customers SELECT * FROM customers");
        PlanReference plan = PlanReference.fromJsonString(set.compilePlan().asJsonString());
        assertThat(flink.loadPlan(plan).explain()).contains("orders", "customers");
        JobClient job = flink.loadPlan(plan).execute().getJobClient().orElseThrow();
        String allOrders = "SELECT id, customer, total FROM orders";
        String allCustomers = "SELECT id, name FROM customers";
        Await.until("orders are there", () -> orders.equals(table(allOrders)));
        Await.until("customers are there", () -> customers.equals(table(allCustomers)));
        requireOneOfEach();
        String savepoint = SqlSession.stop(job, folder);
        database.execute(
                "UPDATE orders SET total = -total WHERE id < 10",
                "UPDATE customers SET name = 'x' WHERE id < 5");
        flink.getConfig().set("execution.state-recovery.path", savepoint);
        job = flink.loadPlan(plan).execute().getJobClient().orElseThrow();
        awaitTable(job, orders, allOrders);
        awaitTable(job, customers, allCustomers);
        job.cancel().get();
    }

    /** As rows, and as their changes. */
    @Test
    @Tag("long")
    void oneTableIsReadInTwoWays() throws Exception {
        flink.executeSql(
                "CREATE TABLE changes (op STRING METADATA, id INT) WITH ('connector' ="
                        + " 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'pipeline' = 'shop', 'changelog-mode' = 'append', 'table-name' ="
                        + " 'public.customers')");
        try (LiveQuery query =
                new LiveQuery(
                        flink,
                        "SELECT c.id, c.name, h.history FROM customers c JOIN (SELECT id, COUNT(op)"
                                + " AS history FROM changes GROUP BY id) h ON h.id = c.id")) {
            query.awaitRows(10);
            database.execute(
                    "UPDATE customers SET name = name || '!' WHERE id > 4",
                    "UPDATE customers SET name = name || '!' WHERE id > 7",
                    "DELETE FROM customers WHERE id IN (0, 9)");
            Map<List<Object>, Integer> expected = new HashMap<>();
            for (int id = 1; id < 9; id++) {
                int updates = id > 7 ? 2 : id > 4 ? 1 : 0;
                expected.put(List.of(id, "name " + id + "!".repeat(updates), 1L + updates), 1);
            }
            Await.until("both are joined", () -> query.retracted().equals(expected));
            requireOneOfEach();
        }
    }

    /** Rows are divided by each table's own column. */
    @Test
    @Tag("long")
    void tablesDivideTheirRowsInTheirOwnWays() throws Exception {
        TableEnvironment session = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        declare(
                session,
                "orders",
                "id INT, total INT",
                ", 'startup-mode' = 'snapshot', 'partition-strategy' = 'minmax',"
                        + " 'partition-column' = 'total'");
        declare(
                session,
                "customers",
                "id INT, name STRING",
                ", 'startup-mode' = 'snapshot', 'partition-strategy' = 'ntile',"
                        + " 'partition-column' = 'id'");
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> all =
                session.executeSql(
                                "SELECT o.id, c.name FROM orders o JOIN customers c ON c.id ="
                                        + " o.total")
                        .collect()) {
            all.forEachRemaining(rows::add);
        }
        assertThat(rows).hasSize(9).contains(Row.of(3, "name 3"));
        assertThatThrownBy(
                        () ->
                                session.explainSql(
                                        "SELECT * FROM orders o JOIN orders /*+"
                                                + " OPTIONS('partition-column' = 'id') */ p ON o.id"
                                                + " = p.id"))
                .hasStackTraceContaining(
                        "partition-column: total for public.orders, id for public.orders");
    }

    private static final String BROADCAST =
            "SELECT /*+ BROADCAST(c) */ COUNT(*) FROM orders%s AS o JOIN customers%s AS c ON"
                    + " o.customer = c.id";

    private void declareSnapshots(TableEnvironment session) {
        declare(session, "orders", "id INT, customer INT", ", 'startup-mode' = 'snapshot'");
        declare(session, "customers", "id INT, name STRING", ", 'startup-mode' = 'snapshot'");
    }

    /**
     * What isn't sent to all tasks is looked at in the session, before the statement is translated.
     */
    @Test
    @Tag("long")
    void whatOneStatementLeavesInTheSessionIsNoneOfTheNext() throws Exception {
        TableEnvironment session = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        declareSnapshots(session);
        String sql = BROADCAST;
        String others = "/*+ OPTIONS('snapshot-workers' = '2') */";
        assertThat(session.explainSql(sql.formatted("", ""))).contains("isBroadcast=[true]");
        assertThat(only(session, sql.formatted("", ""))).isEqualTo(Row.of(1000L));
        assertThat(only(session, sql.formatted(others, others))).isEqualTo(Row.of(1000L));
        assertThatThrownBy(() -> session.executeSql(sql.formatted("", others)))
                .hasMessageContaining("snapshot-workers");
        assertThat(only(session, sql.formatted(others, others))).isEqualTo(Row.of(1000L));
        database.execute("DROP TABLE orders", "ALTER TABLE customers RENAME TO people");
        session.executeSql("DROP TABLE customers");
        declare(session, "people", "id INT, name STRING", ", 'startup-mode' = 'snapshot'");
        assertThat(
                        only(
                                session,
                                "SELECT /*+ BROADCAST(b) */ COUNT(*) FROM people a JOIN people"
                                        + " /*+ OPTIONS('toast' = 'fail') */ b ON a.id = b.id"))
                .isEqualTo(Row.of(10L));
    }

    /** Flink has looked at the second join before it comes to the first, which is refused. */
    @Test
    @Tag("long")
    void aStatementThatFailsLeavesNothingForTheNext() throws Exception {
        TableEnvironment session = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        declareSnapshots(session);
        String join = BROADCAST;
        String other = "/*+ OPTIONS('pipeline' = 'other', 'snapshot-workers' = '%s') */";
        assertThatThrownBy(
                        () ->
                                session.executeSql(
                                        join.formatted(other.formatted(1), other.formatted(2))
                                                + " UNION ALL "
                                                + join.formatted("", "")))
                .hasMessageContaining("snapshot-workers");
        database.execute("ALTER TABLE orders RENAME TO gone");
        assertThat(only(session, "SELECT COUNT(*) FROM customers")).isEqualTo(Row.of(10L));
    }

    /** A program's own job has what the program adds, and no table of a statement before. */
    @Test
    @Tag("long")
    void aStatementLeavesNothingInTheEnvironment() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        StreamTableEnvironment session =
                StreamTableEnvironment.create(env, EnvironmentSettings.inBatchMode());
        declareSnapshots(session);
        assertThat(only(session, BROADCAST.formatted("", ""))).isEqualTo(Row.of(1000L));
        assertThat(env.getTransformations()).isEmpty();
    }

    private static Row only(TableEnvironment session, String query) throws Exception {
        try (CloseableIterator<Row> rows = session.executeSql(query).collect()) {
            Row row = rows.next();
            assertThat(rows.hasNext()).isFalse();
            return row;
        }
    }

    /** Each is translated for itself; a statement set is translated once. */
    @Test
    @Tag("long")
    void whatIsAddedToAJobOneByOneIsNotShared() {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.enableCheckpointing(200);
        StreamTableEnvironment session = StreamTableEnvironment.create(env);
        declare(session, "orders", "id INT", "");
        declare(session, "customers", "id INT", "");
        session.executeSql("CREATE TABLE sink (id INT) WITH ('connector' = 'blackhole')");
        session.createStatementSet()
                .addInsertSql("INSERT INTO sink SELECT id FROM orders")
                .addInsertSql("INSERT INTO sink SELECT id FROM customers")
                .attachAsDataStream();
        JobGraph job = env.getStreamGraph().getJobGraph();
        assertThat(job.getVertices())
                .filteredOn(vertex -> vertex.getName().contains("PostgreSQL shop"))
                .hasSize(1);
        session.createStatementSet()
                .addInsertSql("INSERT INTO sink SELECT id FROM orders")
                .attachAsDataStream();
        session.createStatementSet()
                .addInsertSql("INSERT INTO sink SELECT id FROM customers")
                .attachAsDataStream();
        assertThatThrownBy(() -> env.getStreamGraph().getJobGraph())
                .hasMessageContaining("Hash collision on user-specified ID");
    }

    /** The savepoint has no source that keeps rows by key under FULL; one of its own needs none. */
    @Test
    @Tag("long")
    void tableThatIsReadAsUpsertUnderFullJoinsNoneButItsOwn(@TempDir Path folder) throws Exception {
        database.execute("ALTER TABLE customers REPLICA IDENTITY DEFAULT");
        String allCustomers = "SELECT id, name FROM customers";
        Map<List<String>, String> customers = sink(flink, "customers", "id INT, name STRING");
        JobClient job = appended(flink).execute().getJobClient().orElseThrow();
        awaitTable(job, customers, allCustomers);
        awaitStream();
        String savepoint = SqlSession.stop(job, folder);
        database.execute("UPDATE customers SET name = 'meanwhile' WHERE id = 1");
        assertThatThrownBy(
                        () ->
                                withUpsert(savepoint, "")
                                        .getJobExecutionResult()
                                        .get(1, TimeUnit.MINUTES))
                .hasStackTraceContaining("Cannot map checkpoint/savepoint state");
        job = withUpsert(savepoint, ", 'pipeline' = 'own'");
        Map<List<String>, String> orders = KeyedSink.table("orders-" + database.name());
        awaitTable(job, orders, "SELECT id, customer, total FROM orders");
        awaitTable(job, customers, allCustomers);
        job.cancel().get();
    }

    /** Customers by their changes, of which Flink keeps nothing. */
    private StatementSet appended(TableEnvironment in) {
        in.executeSql(
                "CREATE TABLE changes (op STRING METADATA, id INT, name STRING) WITH ('connector' ="
                        + " 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'pipeline' = 'shop', 'changelog-mode' = 'append', 'table-name' ="
                        + " 'public.customers')");
        return in.createStatementSet()
                .addInsertSql("INSERT INTO sink_customers SELECT id, name FROM changes");
    }

    private JobClient withUpsert(String savepoint, String option) {
        TableEnvironment in = session();
        in.getConfig().set("execution.state-recovery.path", savepoint);
        sink(in, "customers", "id INT, name STRING");
        sink(in, "orders", "id INT, customer INT, total INT");
        return appended(in)
                .addInsertSql(
                        "INSERT INTO sink_orders SELECT * FROM orders /*+ OPTIONS('changelog-mode'"
                                + " = 'upsert'"
                                + option
                                + ") */")
                .execute()
                .getJobClient()
                .orElseThrow();
    }
}
