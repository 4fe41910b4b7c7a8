package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One table of Flink over several of PostgreSQL. */
class SeveralTablesITCase {

    private TestDatabase database;
    private TableEnvironment flink;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(17).createDatabase();
        database.execute(
                "CREATE TABLE orders_1 (id bigint PRIMARY KEY, gone int, note text)",
                "ALTER TABLE orders_1 DROP COLUMN gone",
                "CREATE TABLE orders_2 (note text, more int, id bigint PRIMARY KEY)",
                "CREATE SCHEMA eu",
                "CREATE TABLE eu.orders_3 (id bigint PRIMARY KEY, note text)",
                "INSERT INTO orders_1 SELECT i, 'one ' || i FROM generate_series(1, 20) i",
                "INSERT INTO orders_2 SELECT 'two ' || i, 0, i FROM generate_series(11, 30) i",
                "INSERT INTO eu.orders_3 SELECT i, 'three ' || i FROM generate_series(1, 5) i");
        flink = SqlSession.streaming(2);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private void declare(String columns, String... options) {
        flink.executeSql(
                "CREATE TABLE orders ("
                        + columns
                        + ") WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', "
                        + String.join(", ", options)
                        + ")");
    }

    private static final String KEYED =
            "id BIGINT, source_table STRING, note STRING, PRIMARY KEY (source_table, id) NOT"
                    + " ENFORCED";

    private static final String[] ALL_THREE = {
        "'table-name' = 'public.orders_.*, (eu|us).orders_.*'",
        "'table-column' = 'source_table'",
        "'pipeline' = 'orders'"
    };

    private Map<List<Object>, Integer> inPostgres() {
        Map<List<Object>, Integer> rows = new HashMap<>();
        for (List<@Nullable String> row :
                database.queryRows(
                        "SELECT 'public.orders_1', id, note FROM orders_1 UNION ALL SELECT"
                                + " 'public.orders_2', id, note FROM orders_2 UNION ALL SELECT"
                                + " 'eu.orders_3', id, note FROM eu.orders_3")) {
            rows.merge(
                    java.util.Arrays.asList(
                            row.get(0), Long.valueOf(String.valueOf(row.get(1))), row.get(2)),
                    1,
                    Integer::sum);
        }
        return rows;
    }

    @Test
    void followsAllOfThemByKeysThatTwoTablesShare() throws Exception {
        declare(KEYED, ALL_THREE);
        try (LiveQuery query = new LiveQuery(flink, "SELECT source_table, id, note FROM orders")) {
            query.awaitRows(45);
            database.execute(
                    "UPDATE orders_1 SET note = 'changed' WHERE id > 15",
                    "DELETE FROM orders_2 WHERE id IN (12, 18)",
                    "UPDATE eu.orders_3 SET id = id + 10 WHERE id < 3",
                    "INSERT INTO orders_2 VALUES ('new', 1, 1)",
                    "WITH moved AS (DELETE FROM orders_2 WHERE id = 30 RETURNING *) INSERT INTO"
                            + " eu.orders_3 SELECT id, note FROM moved");
            Await.until(
                    "Flink has what PostgreSQL has", () -> query.retracted().equals(inPostgres()));
        }
        assertThat(
                        database.queryLong(
                                "SELECT count(*) FROM pg_replication_slots WHERE database ="
                                        + " current_database()"))
                .isEqualTo(1);
    }

    @Test
    @Tag("long")
    void needsNoKeyUnderReplicaIdentityFull() throws Exception {
        database.execute(
                "ALTER TABLE orders_1 REPLICA IDENTITY FULL",
                "ALTER TABLE orders_2 REPLICA IDENTITY FULL");
        declare(
                "note STRING, home STRING METADATA FROM 'table_name'",
                "'table-name' = 'public.orders_1,public.orders_2'",
                "'pipeline' = 'orders'");
        try (LiveQuery query =
                new LiveQuery(flink, "SELECT home, COUNT(*) FROM orders GROUP BY home")) {
            query.awaitRows(2);
            database.execute(
                    "DELETE FROM orders_1 WHERE id > 3",
                    "INSERT INTO orders_2 SELECT 'two', 0, i FROM generate_series(100, 109) i");
            Await.until(
                    "both are counted",
                    () ->
                            query.retracted()
                                    .keySet()
                                    .equals(
                                            java.util.Set.of(
                                                    List.of("orders_1", 3L),
                                                    List.of("orders_2", 30L))));
        }
    }

    @Test
    @Tag("long")
    void readsTheSnapshotOfAllOfThem() throws Exception {
        flink = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        declare(
                "note STRING, source_table STRING",
                "'table-name' = 'public.orders_.*, eu.*'",
                "'table-column' = 'source_table'",
                "'pipeline' = 'orders'",
                "'startup-mode' = 'snapshot'");
        try (CloseableIterator<Row> rows =
                flink.executeSql(
                                "SELECT source_table, COUNT(*) FROM orders GROUP BY source_table"
                                        + " ORDER BY source_table")
                        .collect()) {
            assertThat(rows)
                    .toIterable()
                    .containsExactly(
                            Row.of("eu.orders_3", 5L),
                            Row.of("public.orders_1", 20L),
                            Row.of("public.orders_2", 20L));
        }
        try (CloseableIterator<Row> rows =
                flink.executeSql("SELECT note FROM orders LIMIT 7").collect()) {
            assertThat(rows).toIterable().hasSize(7);
        }
    }

    /** By the place that it has in each table, and over one connection. */
    @Test
    @Tag("long")
    void readsLargeValuesOfEachTableAgain() throws Exception {
        database.execute(
                "ALTER TABLE orders_1 ALTER note SET STORAGE EXTERNAL",
                "ALTER TABLE orders_2 ALTER note SET STORAGE EXTERNAL",
                "ALTER TABLE orders_1 ADD more int",
                "UPDATE orders_1 SET note = repeat('a', 10000) WHERE id = 11",
                "UPDATE orders_2 SET note = repeat('b', 10000) WHERE id = 11");
        declare(
                "more INT, " + KEYED,
                "'table-name' = 'public.orders_1, public.orders_2'",
                "'table-column' = 'source_table'",
                "'truncate' = 'ignore'",
                "'pipeline' = 'orders'");
        try (LiveQuery query =
                new LiveQuery(
                        flink,
                        "SELECT source_table, more, CHAR_LENGTH(note), SUBSTRING(note, 1, 1) FROM"
                                + " orders WHERE id = 11")) {
            query.awaitRows(2);
            database.execute(
                    "UPDATE orders_1 SET more = 5 WHERE id = 11",
                    "UPDATE orders_2 SET more = 6 WHERE id = 11");
            java.util.Set<List<Object>> updated =
                    java.util.Set.of(
                            List.of("public.orders_1", 5, 10000, "a"),
                            List.of("public.orders_2", 6, 10000, "b"));
            Await.until("both are whole", () -> query.retracted().keySet().equals(updated));
            database.execute("TRUNCATE orders_1", "UPDATE orders_2 SET more = 7 WHERE id = 11");
            Await.until(
                    "the other goes on",
                    () ->
                            query.retracted()
                                    .keySet()
                                    .equals(
                                            java.util.Set.of(
                                                    List.of("public.orders_1", 5, 10000, "a"),
                                                    List.of("public.orders_2", 7, 10000, "b"))));
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().startsWith("nanosync-lookup-"))
                    .extracting(Thread::getName)
                    .containsOnly("nanosync-lookup-public.orders_1");
        }
    }

    private String refusal() {
        Throwable thrown = catchThrowable(() -> flink.explainSql("SELECT * FROM orders"));
        assertThat(thrown).as("a refusal").isNotNull();
        return String.valueOf(thrown.getMessage());
    }

    /** Why {@code table-column} is there. */
    @Test
    void flinkTakesNoMetadataIntoAKey() {
        assertThatThrownBy(
                        () ->
                                declare(
                                        "id BIGINT, table_name STRING METADATA, PRIMARY KEY"
                                                + " (table_name, id) NOT ENFORCED",
                                        ALL_THREE))
                .hasMessageContaining("must be declared on physical columns");
    }

    @Test
    void refusesAKeyThatDoesNotTellTheTablesApart() {
        declare(
                "id BIGINT, note STRING, PRIMARY KEY (id) NOT ENFORCED",
                "'table-name' = 'public.orders_.*'",
                "'pipeline' = 'orders'");
        assertThat(refusal())
                .isEqualTo(
                        """
                        Cannot plan a scan of table default_catalog.default_database.orders:
                          PRIMARY KEY: found (id), by which rows of several tables can't be told\
                         apart, expected PRIMARY KEY (source_table, id) NOT ENFORCED with a column\
                         source_table STRING and 'table-column' = 'source_table'""");
    }

    @Test
    void refusesWhatIsMatchedAndCannotBeCaptured() {
        database.execute(
                "CREATE VIEW orders_v AS SELECT 1",
                "CREATE TABLE bills (id int) PARTITION BY RANGE (id)",
                "CREATE TABLE orders_p PARTITION OF bills DEFAULT");
        declare(
                KEYED,
                "'table-name' = 'public.orders_.*, us.order.*, eu.nothing, public.orders_v'",
                "'table-column' = 'source_table'",
                "'pipeline' = 'orders'");
        assertThat(refusal())
                .startsWith(
                        """
Cannot plan a scan of table default_catalog.default_database.orders:
  table-name: us.order.* matches no table (schema us, name order.*, each as\
 a whole and as the catalog has it): no schema with tables matches
  table-name: What isn't captured is matched too: public.orders_p (a\
 partition of public.bills). Leave it out, like !public.orders_p;\
 partitions come with the table that they are of, name that
  table-name: public.orders_v is a view, whose changes PostgreSQL doesn't\
 publish; name a table
  table-name: there is no table eu.nothing in database""");
        declare2("'table-name' = 'public.orders_.*, !public.orders_[vp]'");
        flink.explainSql("SELECT * FROM orders2");
    }

    /** What somebody means to keep back must not come for a letter that is wrong. */
    @Test
    void refusesWhatLeavesNothingOut() {
        database.execute(
                "CREATE TABLE \"Orders_Secret\" (id bigint PRIMARY KEY, note text)",
                "CREATE TABLE orders_p (id bigint PRIMARY KEY, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE orders_p1 PARTITION OF orders_p DEFAULT",
                "CREATE TABLE child () INHERITS (orders_1)");
        declare(
                KEYED,
                "'table-name' = 'public.[Oo]rders_.*, !public.Orders_Secret, !public.orders_4.*,"
                        + " !public.orders_p1, !public.chil.*'",
                "'table-column' = 'source_table'",
                "'pipeline' = 'orders'");
        assertThat(refusal())
                .isEqualTo(
                        """
Cannot plan a scan of table default_catalog.default_database.orders:
  table-name: !public.orders_secret leaves nothing out: it is no table that\
 the list would capture; did you mean !public.\"Orders_Secret\"?
  table-name: !public.orders_4.* leaves nothing out: it is no table that the\
 list would capture; did you mean !public.orders_1?
  table-name: !public.orders_p1 can't leave out public.orders_p1 (a partition\
 of public.orders_p), which comes with that table""");
        declare2(
                "'table-name' = 'public.[Oo]rders_.*, !public.\"Orders_Secret\","
                        + " !public.orders_p.*'");
        flink.explainSql("SELECT * FROM orders2");
    }

    /** By its own key, and the other not at all. */
    @Test
    void onlySomeTablesAreReadAgainWhereChangesAreAppended() {
        database.execute(
                "ALTER TABLE orders_2 REPLICA IDENTITY FULL",
                "CREATE TABLE orders_4 (id bigint, note text PRIMARY KEY)");
        declare(
                "id BIGINT, note STRING, op STRING METADATA",
                "'table-name' = 'public.orders_.*'",
                "'changelog-mode' = 'append'",
                "'toast' = 'reselect'",
                "'pipeline' = 'orders'");
        assertThat(flink.explainSql("SELECT id FROM orders")).contains("TableSourceScan");
    }

    private void declare2(String option) {
        flink.executeSql("CREATE TABLE orders2 WITH (" + option + ") LIKE orders");
    }

    @Test
    void refusesTablesOfAnotherShape() {
        database.execute(
                "CREATE TABLE orders_4 (id bigint PRIMARY KEY, notes text)",
                "CREATE TABLE orders_5 (id text, note text)",
                "CREATE TABLE orders_6 (id bigint, source_table text, note text NOT NULL, PRIMARY"
                        + " KEY (id, note))");
        declare(
                "id BIGINT, source_table CHAR(9), note STRING, PRIMARY KEY (source_table, id) NOT"
                        + " ENFORCED",
                "'table-name' = 'public.orders_[1456]'",
                "'table-column' = 'source_table'",
                "'pipeline' = 'orders'");
        assertThat(refusal())
                .isEqualTo(
                        """
Cannot plan a scan of table default_catalog.default_database.orders:
  column "source_table": has the name of a row's table, and is declared\
 CHAR(9), expected STRING
  table-column: "source_table" is a column of public.orders_6 itself; give\
 the column for the table's name another one
  public.orders_4, column "note": not among the captured columns of\
 public.orders_4, expected one of id, notes; did you mean notes?
  public.orders_5, column "id": text can't be read as BIGINT, expected STRING
  changelog-mode: auto finds no key to update by: public.orders_5 has no\
 primary key and REPLICA IDENTITY DEFAULT. Run: ALTER TABLE\
 public.orders_5 REPLICA IDENTITY FULL; or give the table a primary key
  PRIMARY KEY: found (id), and public.orders_6 has primary key (id, note),\
 expected PRIMARY KEY (source_table, id, note) NOT ENFORCED""");
    }
}
