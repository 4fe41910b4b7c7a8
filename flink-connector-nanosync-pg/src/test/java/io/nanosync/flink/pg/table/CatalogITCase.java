package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nanosync.flink.pg.config.PipelineNames;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.PlanReference;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code CREATE CATALOG} over a real server, by the real planner. */
class CatalogITCase {

    private static final String PASSWORD = "hunter2";

    private static TestDatabase shop;
    private static TestDatabase branch;

    private TableEnvironment flink;

    @BeforeAll
    static void createTables() {
        TestPostgres server = TestPostgres.shared(17);
        shop = server.createDatabase();
        branch = server.createDatabase();
        branch.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL, total"
                        + " numeric(12,2))",
                "INSERT INTO orders VALUES (7, 'Edsger', 1.00)");
        shop.execute(
                "COMMENT ON DATABASE " + shop.name() + " IS 'What''s sold'",
                "CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL, total"
                        + " numeric(12,2))",
                "COMMENT ON TABLE orders IS 'One row an order, the customer''s'",
                "COMMENT ON COLUMN orders.total IS 'In euros, \"net\"'",
                "INSERT INTO orders VALUES (1, 'Ada', 12.50), (2, 'Grace', 99.99)",
                "CREATE TABLE customers (name text PRIMARY KEY, city text)",
                "INSERT INTO customers VALUES ('Ada', 'London'), ('Grace', 'New York')",
                "CREATE TABLE log (line text)",
                "INSERT INTO log VALUES ('same'), ('same')",
                "CREATE TABLE moved (id int PRIMARY KEY DEFERRABLE, note text)",
                "CREATE TABLE pairs (a int NOT NULL, b int NOT NULL, c text)",
                "CREATE UNIQUE INDEX pairs_key ON pairs (b, a)",
                "ALTER TABLE pairs REPLICA IDENTITY USING INDEX pairs_key",
                "CREATE VIEW recent AS SELECT * FROM orders",
                "CREATE MATERIALIZED VIEW kept AS SELECT * FROM orders",
                "CREATE UNLOGGED TABLE scratch (id int)",
                "CREATE FOREIGN DATA WRAPPER nothing",
                "CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing",
                "CREATE FOREIGN TABLE far (id int) SERVER elsewhere",
                "CREATE SEQUENCE counter",
                "CREATE TABLE parted (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10)",
                "INSERT INTO parted VALUES (1, 'leaf')",
                "CREATE SCHEMA \"Sales.EU\"",
                "CREATE TABLE \"Sales.EU\".\"Order \"\"lines`\" (\"Id\" int PRIMARY KEY, \"a b`c\""
                        + " text)",
                "INSERT INTO \"Sales.EU\".\"Order \"\"lines`\" VALUES (1, 'x')",
                "CREATE TABLE \"Orders\" (capital int PRIMARY KEY)",
                "CREATE SCHEMA closed",
                "CREATE TABLE closed.secrets (id int PRIMARY KEY)",
                "CREATE ROLE catalog_clerk LOGIN REPLICATION PASSWORD '" + PASSWORD + "'",
                "REVOKE CONNECT ON DATABASE " + branch.name() + " FROM PUBLIC",
                "GRANT SELECT ON orders, \"Orders\" TO catalog_clerk",
                "GRANT SELECT ON closed.secrets TO catalog_clerk",
                "CREATE PUBLICATION " + publication(shop, "orders") + " FOR TABLE orders");
    }

    private static String publication(TestDatabase database, String table) {
        return PipelineNames.publication(pipeline(database, table));
    }

    private static String pipeline(TestDatabase database, String table) {
        return PipelineNames.pipeline(database.name(), new QualifiedName("public", table));
    }

    @AfterAll
    static void dropTables() {
        branch.close();
        shop.execute("DROP OWNED BY catalog_clerk", "DROP ROLE catalog_clerk");
        shop.close();
    }

    @BeforeEach
    void createEnvironment() {
        flink = SqlSession.streaming(1);
    }

    @AfterEach
    void dropSlots() {
        for (TestDatabase database : List.of(shop, branch)) {
            Await.until("its slots are free", () -> activeSlots(database) == 0);
            database.execute(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE"
                            + " database = current_database()");
        }
    }

    private static long activeSlots(TestDatabase database) {
        return database.queryLong(
                "SELECT count(*) FROM pg_replication_slots WHERE database = current_database() AND"
                        + " active");
    }

    private void create(String... options) {
        flink.executeSql(
                "CREATE CATALOG shop WITH ('type' = 'nanosync-pg', "
                        + String.join(", ", options)
                        + ")");
    }

    private void use(String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("'dsn' = '" + shop.dsn() + "'");
        create(all.toArray(String[]::new));
        flink.executeSql("USE CATALOG shop");
    }

    private static String clerk() {
        return "'hostname' = '127.0.0.1', 'port' = '"
                + shop.port()
                + "', 'default-database' = '"
                + shop.name()
                + "', 'username' = 'catalog_clerk', 'password' = '"
                + PASSWORD
                + "'";
    }

    private static String clerksDsn() {
        return "'dsn' = 'postgres://catalog_clerk:"
                + PASSWORD
                + "@127.0.0.1:"
                + shop.port()
                + "/"
                + shop.name()
                + "?sslpassword="
                + PASSWORD
                + "&connect_timeout=5'";
    }

    private List<Row> rows(String sql) {
        return rows(flink, sql);
    }

    private static List<Row> rows(TableEnvironment flink, String sql) {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> result = flink.executeSql(sql).collect()) {
            result.forEachRemaining(rows::add);
        } catch (Exception e) {
            throw new AssertionError(sql, e);
        }
        return rows;
    }

    private List<Object> names(String sql) {
        return rows(sql).stream().map(row -> row.getField(0)).toList();
    }

    private String text(String sql) {
        return String.valueOf(rows(sql).get(0).getField(0));
    }

    private String refusal(String sql) {
        Throwable thrown = catchThrowable(() -> flink.executeSql(sql));
        assertThat(thrown).as(sql).isNotNull();
        StringBuilder all = new StringBuilder();
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            all.append(t.getMessage()).append('\n');
        }
        return all.toString();
    }

    @Test
    void listsDatabasesAndTheTablesThatCanBeRead() throws Exception {
        use();
        assertThat(names("SHOW DATABASES"))
                .contains(shop.name(), branch.name())
                .doesNotContain("template0", "template1");
        assertThat(names("SHOW CURRENT DATABASE")).containsExactly(shop.name());
        assertThat(names("SHOW TABLES"))
                .containsExactlyInAnyOrder(
                        "public.orders",
                        "public.customers",
                        "public.log",
                        "public.moved",
                        "public.pairs",
                        "public.scratch",
                        "public.parted",
                        "public.Orders",
                        "closed.secrets",
                        "\"Sales.EU\".\"Order \"\"lines`\"");
        assertThat(names("SHOW TABLES FROM " + branch.name())).containsExactly("public.orders");
        assertThat(names("SHOW VIEWS")).isEmpty();
        assertThat(flink.getCatalog("shop").orElseThrow().getDatabase(shop.name()).getComment())
                .isEqualTo("What's sold");
    }

    @Test
    void describesColumnsKeyAndComments() {
        use();
        assertThat(rows("DESCRIBE `public.orders`"))
                .extracting(
                        row ->
                                row.getField(0)
                                        + " "
                                        + row.getField(1)
                                        + " "
                                        + row.getField(2)
                                        + " "
                                        + row.getField(3)
                                        + " "
                                        + row.getField(6))
                .containsExactly(
                        "id BIGINT false PRI(id) null",
                        "customer STRING false null null",
                        "total DECIMAL(12, 2) true null In euros, \"net\"");
        assertThat(text("SHOW CREATE TABLE `public.orders`"))
                .contains("COMMENT 'One row an order, the customer''s'");
        assertThat(rows("DESCRIBE orders")).isEqualTo(rows("DESCRIBE `public.orders`"));
        assertThat(rows("DESCRIBE `public.pairs`").toString()).contains("PRI(a, b)");
        assertThat(rows("DESCRIBE `public.moved`").toString()).doesNotContain("PRI(");
    }

    /** Each type of the types page whose values any server has. */
    @Test
    void declaresTheTypesOfTheTypesPage() {
        Map<String, String> expected = new LinkedHashMap<>();
        List<String> columns = new ArrayList<>();
        for (TypesPage.Row row : TypesPage.ROWS) {
            for (PgType type : row.types()) {
                if (type.kind() == PgType.Kind.BASE && type.name().indexOf('.') < 0) {
                    String name = "c" + columns.size();
                    Column column = new Column(name, type, row.typmod(), "", true, false);
                    columns.add(name + " " + declared(type.name(), row.typmod()));
                    expected.put(name, ColumnKind.of(column).fitting(column));
                }
            }
        }
        assertThat(columns).hasSizeGreaterThan(50);
        branch.execute(
                "CREATE TYPE mood AS ENUM ('sad', 'glad')",
                "CREATE DOMAIN price AS numeric(8,2)",
                "CREATE TYPE pair AS (a int, b text)",
                "CREATE TABLE types ("
                        + String.join(", ", columns)
                        + ", mood mood, price price, pair"
                        + " pair, arr int[], rng int4range, many int4multirange)",
                "ALTER TABLE types REPLICA IDENTITY FULL");
        expected.put("mood", "STRING");
        expected.put("price", "DECIMAL(8, 2)");
        for (String text : List.of("pair", "arr", "rng", "many")) {
            expected.put(text, "STRING");
        }
        use();
        flink.executeSql("USE " + branch.name());
        Map<String, String> found = new LinkedHashMap<>();
        rows("DESCRIBE types")
                .forEach(row -> found.put(row.<String>getFieldAs(0), row.<String>getFieldAs(1)));
        assertThat(found).isEqualTo(expected);
        assertThat(flink.explainSql("SELECT * FROM types")).contains("TableSourceScan");
        branch.execute("DROP TABLE types");
    }

    private static String declared(String type, int typmod) {
        return switch (type) {
            case "char" -> "\"char\"";
            case "numeric" ->
                    typmod < 0
                            ? "numeric"
                            : "numeric("
                                    + ((typmod - 4) >> 16)
                                    + ","
                                    + ((typmod - 4) & 0xFFFF)
                                    + ")";
            default -> type;
        };
    }

    @Test
    void followsTablesOfTwoDatabasesThroughChanges() throws Exception {
        use();
        String query =
                "SELECT o.id, o.customer, c.city FROM orders o LEFT JOIN `public.customers` c ON"
                        + " c.name = o.customer UNION ALL SELECT id, customer, 'branch' FROM "
                        + branch.name()
                        + ".`public.orders`";
        try (LiveQuery live = new LiveQuery(flink, query)) {
            Await.until(
                    "the snapshots are there",
                    () ->
                            live.retracted()
                                    .keySet()
                                    .equals(
                                            Set.of(
                                                    List.of(1L, "Ada", "London"),
                                                    List.of(2L, "Grace", "New York"),
                                                    List.of(7L, "Edsger", "branch"))));
            shop.execute(
                    "UPDATE orders SET customer = 'Grace' WHERE id = 1",
                    "UPDATE customers SET city = 'Arlington' WHERE name = 'Grace'");
            branch.execute("INSERT INTO orders VALUES (8, 'Barbara', NULL)");
            Await.until(
                    "the changes are there",
                    () ->
                            live.retracted()
                                    .keySet()
                                    .equals(
                                            Set.of(
                                                    List.of(1L, "Grace", "Arlington"),
                                                    List.of(2L, "Grace", "Arlington"),
                                                    List.of(7L, "Edsger", "branch"),
                                                    List.of(8L, "Barbara", "branch"))));
            assertThat(
                            shop.queryList(
                                    "SELECT slot_name FROM pg_replication_slots WHERE database IN"
                                            + " ('"
                                            + shop.name()
                                            + "', '"
                                            + branch.name()
                                            + "')"))
                    .containsExactlyInAnyOrder(
                            PipelineNames.slot(pipeline(shop, "orders")),
                            PipelineNames.slot(pipeline(shop, "customers")),
                            PipelineNames.slot(pipeline(branch, "orders")));
        }
        shop.execute("UPDATE orders SET customer = 'Ada' WHERE id = 1");
        branch.execute("DELETE FROM orders WHERE id = 8");
    }

    @Test
    void showCreateTableGivesDdlThatRuns() {
        flink = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        use("'startup-mode' = 'snapshot'");
        String lines = "`\"Sales.EU\".\"Order \"\"lines``\"`";
        copy("`public.orders`", "orders");
        copy(lines, "lines");
        flink.executeSql("USE CATALOG default_catalog");
        assertThat(
                        rows(
                                "SELECT id, customer, total FROM orders UNION ALL SELECT `Id`, `a"
                                        + " b``c`, 0 FROM lines"))
                .containsExactlyInAnyOrder(
                        Row.of(1L, "Ada", new BigDecimal("12.50")),
                        Row.of(2L, "Grace", new BigDecimal("99.99")),
                        Row.of(1L, "x", new BigDecimal("0.00")));
    }

    /** Makes the same table in the default catalog. */
    private void copy(String table, String name) {
        String whole = "`shop`.`" + shop.name() + "`." + table;
        String ddl = text("SHOW CREATE TABLE " + whole);
        assertThat(ddl).contains("CREATE TABLE " + whole);
        flink.executeSql(ddl.replace(whole, "default_catalog.default_database." + name));
    }

    @Tag("long")
    @Test
    void readsATableWithoutKeyAndAPartitionWhereThatIsPossible() {
        use();
        assertThat(refusal("SELECT * FROM log"))
                .contains("changelog-mode: auto finds no key to update by: public.log");
        flink = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        use();
        String snapshot = " /*+ OPTIONS('startup-mode' = 'snapshot') */";
        assertThat(
                        rows(
                                "SELECT * FROM log"
                                        + snapshot
                                        + " UNION ALL SELECT note FROM parted_1"
                                        + snapshot))
                .containsExactlyInAnyOrder(Row.of("same"), Row.of("same"), Row.of("leaf"));
    }

    @Test
    void refusesWhatIsNoTable() {
        use();
        assertThat(refusal("SELECT * FROM recent"))
                .contains(
                        "Catalog shop: public.recent is a view, whose changes PostgreSQL doesn't"
                                + " publish; name a table");
        assertThat(refusal("SELECT * FROM kept")).contains("public.kept is a materialized view");
        assertThat(refusal("SELECT * FROM far")).contains("public.far is a foreign table");
        assertThat(refusal("SELECT * FROM nowhere")).contains("'nowhere' not found");
        assertThat(refusal("SELECT * FROM nosuch.nowhere")).contains("'nosuch' not found");
        assertThat(refusal("SELECT * FROM `PUBLIC.orders`")).contains("'PUBLIC.orders' not found");
        assertThat(rows("DESCRIBE Orders").toString()).contains("capital");
    }

    @Test
    void takesATableAsItIsNow() {
        shop.execute("CREATE TABLE brief (id int PRIMARY KEY)");
        use();
        assertThat(rows("DESCRIBE brief")).hasSize(1);
        shop.execute("ALTER TABLE brief ADD more text");
        assertThat(rows("DESCRIBE brief")).hasSize(2);
        shop.execute("DROP TABLE brief");
        assertThat(refusal("DESCRIBE brief")).contains("brief");
        assertThat(names("SHOW TABLES")).doesNotContain("public.brief");
    }

    @Test
    void optionsOfTheCatalogAreDefaultsAndHintsGoOverThem() {
        use("'changelog-mode' = 'append'", "'snapshot-workers' = '2'");
        assertThat(text("SHOW CREATE TABLE orders"))
                .contains("'snapshot-workers' = '2'", "'table-name' = 'public.orders'")
                .contains("'pipeline' = '" + pipeline(shop, "orders") + "'");
        assertThat(rows("DESCRIBE orders"))
                .extracting(row -> row.getField(0) + " " + row.getField(2) + " " + row.getField(3))
                .containsExactly("id false null", "customer true null", "total true null");
        assertThat(flink.explainSql("SELECT * FROM orders")).contains("TableSourceScan");
        assertThat(refusal("SELECT * FROM orders /*+ OPTIONS('snapshot-workers' = '0') */"))
                .contains("snapshot-workers: found \"0\"");
    }

    @Test
    void metadataColumnsComeByLike() {
        use("'changelog-mode' = 'append'");
        flink.executeSql(
                "CREATE TEMPORARY TABLE audit (op STRING METADATA, commit_lsn STRING METADATA) WITH"
                        + " ('pipeline' = 'catalog_audit') LIKE orders");
        assertThat(flink.explainSql("SELECT op, id FROM audit"))
                .contains("project=[id], metadata=[op]");
    }

    @Test
    void reportsEveryProblemWithTheOptionsAtOnce() {
        assertThatThrownBy(
                        () ->
                                create(
                                        "'hostname' = 'localhost'",
                                        "'port' = 'http'",
                                        "'password' = '" + PASSWORD + "'",
                                        "'database-name' = 'x'",
                                        "'table-name' = 'public.orders'",
                                        "'defalt-database' = 'x'",
                                        "'chunksize' = '5'",
                                        "'snapshot-workers' = 'many'"))
                .hasMessage(
                        """
                        Cannot open catalog shop:
                          chunksize: unknown option; did you mean chunk-size?
                          database-name: a catalog has all databases; name the one to begin in\
                         with default-database
                          defalt-database: unknown option; did you mean default-database?
                          table-name: belongs to one table, not to a catalog; set it in a\
                         statement: /*+ OPTIONS('table-name' = '…') */
                          port: found "http", expected a whole number from 1 to 65535
                          default-database: missing, and there is no dsn
                          username: missing, and there is no dsn
                          snapshot-workers: found "many", expected a whole number from 1 to 256\
                        """);
    }

    @Test
    void saysWhyItCannotConnect() {
        assertThatThrownBy(
                        () ->
                                create(
                                        "'dsn' = 'postgres://clerk:"
                                                + PASSWORD
                                                + "@127.0.0.1:1/shop'"))
                .hasMessageStartingWith(
                        "Cannot open catalog shop: Cannot connect as clerk on 127.0.0.1:1/shop: ")
                .hasMessageEndingWith("Check host, port and network");
        assertThatThrownBy(() -> create(clerk().replace("'" + PASSWORD + "'", "'wrong'")))
                .hasMessageContaining("Check user and password of the connection");
        assertThatThrownBy(
                        () -> create("'dsn' = '" + shop.dsn() + "'", "'default-database' = 'gone'"))
                .hasMessageContaining("/gone: database \"gone\" does not exist")
                .hasMessageEndingWith("Check the database of the connection");
        assertThatThrownBy(() -> create("'dsn' = '" + shop.dsn() + "'", "'default-database' = ''"))
                .hasMessageContaining("default-database: found \"\", expected a name");
        assertThat(names("SHOW CATALOGS")).doesNotContain("shop");
    }

    @Test
    void printsNoPasswordOfATable() {
        for (String connection : List.of(clerk(), clerksDsn())) {
            create(connection);
            flink.executeSql("USE CATALOG shop");
            assertThat(text("SHOW CREATE TABLE orders"))
                    .contains("catalog_clerk")
                    .doesNotContain(PASSWORD);
            assertThat(flink.explainSql("SELECT * FROM orders"))
                    .contains("TableSourceScan")
                    .doesNotContain(PASSWORD);
            for (String failing :
                    List.of(
                            "SELECT * FROM log",
                            "SELECT * FROM orders /*+ OPTIONS('nonsense' = 'x') */",
                            "SELECT * FROM orders /*+ OPTIONS('port' = 'x') */",
                            "INSERT INTO orders VALUES (1, 'a', 1.0)",
                            "DROP TABLE orders",
                            "CREATE CATALOG other WITH ('type' = 'nanosync-pg', 'x' = 'y', "
                                    + connection
                                    + ")",
                            "CREATE CATALOG other WITH ('type' = 'nanosync-pg', "
                                    + connection.replace(shop.name(), "nowhere")
                                    + ")")) {
                assertThat(refusal(failing)).doesNotContain(PASSWORD);
            }
            flink.executeSql("USE CATALOG default_catalog");
            flink.executeSql("DROP CATALOG shop");
        }
    }

    /** {@code PATH} is set everywhere, whatever it means. */
    @Test
    void takesAPasswordFromTheEnvironmentAndShowsItsName() {
        shop.execute(
                "CREATE ROLE pathfinder LOGIN PASSWORD '" + System.getenv("PATH") + "'",
                "GRANT SELECT ON orders TO pathfinder");
        for (String connection :
                List.of(
                        clerk().replace("catalog_clerk", "pathfinder")
                                .replace(PASSWORD, "${env:PATH}"),
                        clerksDsn()
                                .replace("catalog_clerk:" + PASSWORD, "pathfinder:${env:PATH}")
                                .replace("sslpassword=" + PASSWORD + "&", ""))) {
            create(connection);
            assertThat(text("SHOW CREATE CATALOG shop")).contains("${env:PATH}");
            flink.executeSql("USE CATALOG shop");
            assertThat(text("SHOW CREATE TABLE orders")).contains("${env:PATH}");
            flink.executeSql("CREATE TEMPORARY TABLE mine LIKE orders");
            assertThat(flink.explainSql("SELECT * FROM mine")).contains("TableSourceScan");
            flink.executeSql("DROP TEMPORARY TABLE mine");
            flink.executeSql("USE CATALOG default_catalog");
            flink.executeSql("DROP CATALOG shop");
            assertThatThrownBy(() -> create(connection.replace("env:PATH", "env:NO_SUCH_NAME")))
                    .hasMessageContaining(
                            ": environment variable NO_SUCH_NAME is not set where the statement is"
                                    + " planned");
        }
        shop.execute("DROP OWNED BY pathfinder", "DROP ROLE pathfinder");
    }

    /** A plan that was compiled holds none either, and runs later by the catalog's. */
    @Test
    void writesNoPasswordIntoACompiledPlan() {
        create(clerk());
        flink.executeSql("USE CATALOG shop");
        flink.executeSql(
                "CREATE TEMPORARY TABLE nowhere (id BIGINT) WITH ('connector' = 'blackhole')");
        String plan =
                flink.compilePlanSql("INSERT INTO nowhere SELECT id FROM orders").asJsonString();
        assertThat(plan).contains("catalog_clerk").doesNotContain(PASSWORD);
        assertThat(flink.loadPlan(PlanReference.fromJsonString(plan)).explain())
                .contains("TableSourceScan");
    }

    @Test
    void aCompiledPlanHasNoPasswordAndConnectsWithTheCatalogs() {
        for (String connection :
                List.of(clerk(), clerksDsn().replace("sslpassword=" + PASSWORD + "&", ""))) {
            create(connection);
            flink.executeSql(
                    "CREATE TEMPORARY TABLE default_catalog.default_database.s (id BIGINT, PRIMARY"
                            + " KEY (id) NOT ENFORCED) WITH ('connector' = 'blackhole')");
            String plan =
                    flink.compilePlanSql(
                                    "INSERT INTO default_catalog.default_database.s SELECT id FROM"
                                            + " shop.`"
                                            + shop.name()
                                            + "`.orders")
                            .asJsonString();
            assertThat(plan).contains("catalog_clerk").doesNotContain(PASSWORD);
            assertThat(flink.loadPlan(PlanReference.fromJsonString(plan)).explain())
                    .contains("TableSourceScan")
                    .doesNotContain(PASSWORD);
            flink.executeSql("DROP TEMPORARY TABLE default_catalog.default_database.s");
            flink.executeSql("DROP CATALOG shop");
        }
    }

    @Test
    void showsARoleWhatItMayRead() {
        create(clerk());
        flink.executeSql("USE CATALOG shop");
        assertThat(names("SHOW DATABASES")).contains(shop.name()).doesNotContain(branch.name());
        assertThat(names("SHOW TABLES")).containsExactly("public.Orders", "public.orders");
        assertThat(refusal("SELECT * FROM log"))
                .contains(
                        "Catalog shop: Role \"catalog_clerk\" may not read public.log. Run: GRANT"
                                + " SELECT ON TABLE \"public\".\"log\" TO \"catalog_clerk\"");
        assertThat(refusal("SELECT * FROM `closed.secrets`"))
                .contains(
                        "may not use schema \"closed\". Run: GRANT USAGE ON SCHEMA \"closed\" TO"
                                + " \"catalog_clerk\"");
        assertThat(refusal("SHOW TABLES FROM " + branch.name()))
                .contains(
                        "permission denied for database",
                        "Run: GRANT CONNECT ON DATABASE \""
                                + branch.name()
                                + "\" TO \"catalog_clerk\"");
    }

    @Tag("long")
    @Test
    void aRoleWithoutFurtherRightsFollowsChanges() throws Exception {
        create(clerksDsn().replace("sslpassword=" + PASSWORD + "&", ""));
        flink.executeSql("USE CATALOG shop");
        try (LiveQuery live = new LiveQuery(flink, "SELECT id, customer FROM orders")) {
            live.awaitRows(2);
            shop.execute("INSERT INTO orders VALUES (3, 'Alan', NULL)");
            Await.until("the change is there", () -> live.byKey().containsKey(3L));
        }
        shop.execute("DELETE FROM orders WHERE id = 3");
    }

    @Test
    void refusesEveryChange() {
        use();
        for (String sql :
                List.of(
                        "CREATE TABLE mine (id INT) WITH ('connector' = 'datagen')",
                        "CREATE VIEW mine AS SELECT 1",
                        "DROP TABLE orders",
                        "ALTER TABLE orders RENAME TO mine",
                        "ALTER TABLE orders SET ('snapshot-workers' = '8')",
                        "ALTER TABLE orders ADD more STRING",
                        "CREATE DATABASE mine",
                        "DROP DATABASE " + branch.name(),
                        "ALTER DATABASE " + branch.name() + " SET ('a' = 'b')",
                        "CREATE FUNCTION mine AS 'java.lang.String'")) {
            assertThat(refusal(sql))
                    .as(sql)
                    .contains("in catalog shop: it shows what PostgreSQL has, and changes nothing")
                    .contains("Instead ");
        }
        flink.executeSql("CREATE DATABASE IF NOT EXISTS " + branch.name());
        flink.executeSql("DROP TABLE IF EXISTS nowhere");
        assertThat(refusal("INSERT INTO orders VALUES (1, 'a', 1.0)"))
                .contains("can only be used as a source");
    }

    @Test
    void keepsTemporaryTablesOfOtherConnectors() {
        use();
        flink.executeSql(
                "CREATE TEMPORARY TABLE numbers (n INT) WITH ('connector' = 'datagen',"
                        + " 'number-of-rows' = '3')");
        flink.executeSql("CREATE TEMPORARY VIEW small AS SELECT * FROM numbers");
        assertThat(flink.explainSql("SELECT * FROM small")).contains("numbers");
    }

    /** Flink asks the catalog's factory for whatever a plan reads of the catalog. */
    @Test
    void aCompiledPlanReadsTemporaryTablesOfOtherConnectors() {
        use();
        flink.executeSql("CREATE TEMPORARY TABLE numbers (n INT) WITH ('connector' = 'datagen')");
        flink.executeSql("CREATE TEMPORARY TABLE nowhere (n INT) WITH ('connector' = 'blackhole')");
        String plan =
                flink.compilePlanSql("INSERT INTO nowhere SELECT n FROM numbers").asJsonString();
        assertThat(flink.loadPlan(PlanReference.fromJsonString(plan)).explain())
                .contains("TableSourceScan");
    }

    /** Its options are of whoever wrote them, in a plan that was compiled too. */
    @Test
    void aTemporaryTableGetsNoPassword() {
        create(clerk());
        flink.executeSql("USE CATALOG shop");
        flink.executeSql(
                "CREATE TEMPORARY TABLE nowhere (id BIGINT) WITH ('connector' = 'blackhole')");
        PlanReference plan =
                PlanReference.fromJsonString(
                        flink.compilePlanSql("INSERT INTO nowhere SELECT id FROM `public.orders`")
                                .asJsonString());
        flink.executeSql("CREATE TEMPORARY TABLE `public.orders` LIKE `public.orders`");
        assertThatThrownBy(() -> flink.loadPlan(plan).explain())
                .hasStackTraceContaining("Cannot plan a scan of table");
    }

    /** As the guide says: Flink compares the columns whatever is set. */
    @Test
    void aCompiledPlanEndsWithAnAddedColumn() {
        shop.execute("CREATE TABLE growing (id int PRIMARY KEY)");
        use();
        flink.executeSql(
                "CREATE TEMPORARY TABLE nowhere (id INT) WITH ('connector' = 'blackhole')");
        PlanReference plan =
                PlanReference.fromJsonString(
                        flink.compilePlanSql("INSERT INTO nowhere SELECT id FROM growing")
                                .asJsonString());
        shop.execute("ALTER TABLE growing ADD more text");
        for (String restore : List.of("ALL", "ALL_ENFORCED")) {
            flink.getConfig().set("table.plan.restore.catalog-objects", restore);
            assertThatThrownBy(() -> flink.loadPlan(plan).explain())
                    .hasStackTraceContaining("does not match the schema loaded from the catalog");
        }
        shop.execute("DROP TABLE growing");
    }
}
