package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Composites as ROW. Neither a copy nor the stream tells when a type is altered, and values have no
 * names: none may reach a row by another attribute's place.
 */
class RowTypesITCase {

    /** As many attributes, and of the same types: no value tells. */
    private static final String REPLACES =
            "ALTER TYPE address DROP ATTRIBUTE zip, ADD ATTRIBUTE city text";

    private static final String COLUMNS = "id INT, a ROW<zip STRING, street STRING>";

    private static final String ALTERED =
            "Cannot read column \"a\" of public.t as ROW in pipeline rows: type public.address was"
                    + " altered after the statement was planned";

    private @Nullable TestPostgres own;
    private TestDatabase database;

    @TempDir private Path folder;

    private void on(TestPostgres server) {
        database = server.createDatabase();
        database.execute(
                "CREATE TYPE address AS (old int, street text, zip text)",
                "ALTER TYPE address DROP ATTRIBUTE old",
                "CREATE TABLE t (id int PRIMARY KEY, a address)",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t VALUES (1, ('s1', 'z1'))");
    }

    @AfterEach
    void drop() {
        database.close();
        if (own != null) {
            own.close();
        }
    }

    private TableEnvironment session() {
        TableEnvironment flink = SqlSession.streaming(1);
        // Nothing here is mended by a restart.
        flink.getConfig().set("restart-strategy.type", "none");
        return flink;
    }

    private void declare(TableEnvironment flink, String columns, String... options) {
        flink.executeSql(
                "CREATE TABLE t ("
                        + columns
                        + ", PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'nanosync-pg',"
                        + " 'dsn' = '"
                        + database.dsn()
                        + "', 'pipeline' = 'rows', 'table-name' = 'public.t'"
                        + String.join("", options)
                        + ")");
    }

    private LiveQuery query() {
        TableEnvironment flink = session();
        declare(flink, COLUMNS);
        return new LiveQuery(flink, "SELECT id, a.street, a.zip FROM t");
    }

    /** Rows whose values are what was written under the names. */
    private static boolean isTrue(Row row) {
        return row.equals(Row.of(row.getField(0), "s" + row.getField(0), "z" + row.getField(0)))
                || row.getKind() != RowKind.INSERT;
    }

    private static final String VALUES =
            "ROW(1, ROW('a \"b\" \\ (c),{d}', '', NULL, '2026-01-01', 1.50)::inner_type,"
                    + " ARRAY[ROW('x', 'y y', NULL, NULL, NULL)::inner_type, NULL],"
                    + " ROW('in domain', NULL, NULL, NULL, NULL)::inner_type, ROW(7, 'row')::part,"
                    + " '{1,NULL}')::outer_type";

    /** {@code regclass} has no text in its binary form, so all comes as text with it. */
    @ParameterizedTest
    @ValueSource(strings = {"int", "regclass"})
    void valuesArriveAsPostgresHasThem(String type) throws Exception {
        on(TestPostgres.shared(17));
        database.execute(
                "CREATE TYPE inner_type AS (street text, gone int, blank text, nothing text, since"
                        + " date, amount numeric(12,2))",
                "ALTER TYPE inner_type DROP ATTRIBUTE gone",
                "CREATE DOMAIN checked AS inner_type CHECK (true)",
                "CREATE TABLE part (n int, gone text, note text)",
                "ALTER TABLE part DROP COLUMN gone",
                "CREATE TYPE outer_type AS (n int, single inner_type, many inner_type[], checked"
                        + " checked, part part, ints int[])",
                "DROP TABLE t",
                "CREATE TABLE t (id int PRIMARY KEY, o outer_type, c checked, other " + type + ")",
                "INSERT INTO t VALUES (1, " + VALUES + ", ('c', NULL, NULL, NULL, NULL), 1)",
                "INSERT INTO t VALUES (2, NULL, NULL), (3, ROW(NULL, NULL, NULL, NULL, NULL,"
                        + " NULL), ROW(NULL, NULL, NULL, NULL, NULL))");
        TableEnvironment flink = session();
        declare(
                flink,
                "id INT, o ROW<ints ARRAY<INT>, part ROW<note STRING, n BIGINT>, single ROW<amount"
                    + " DECIMAL(12, 2), since DATE, street STRING, blank STRING, nothing STRING>,"
                    + " many ARRAY<ROW<blank STRING, street STRING>>, checked ROW<street STRING>, n"
                    + " INT>, c ROW<street STRING>, other "
                        + (type.equals("int") ? "INT" : "STRING"));
        try (LiveQuery query = new LiveQuery(flink, "SELECT id, o, c, other FROM t")) {
            query.awaitRows(3);
            database.execute("INSERT INTO t SELECT id + 3, o, c, other FROM t");
            query.awaitRows(6);
            Row full =
                    Row.of(
                            new Integer[] {1, null},
                            Row.of("row", 7L),
                            Row.of(
                                    new BigDecimal("1.50"),
                                    LocalDate.of(2026, 1, 1),
                                    "a \"b\" \\ (c),{d}",
                                    "",
                                    null),
                            new Row[] {Row.of("y y", "x"), null},
                            Row.of("in domain"),
                            1);
            Map<Object, List<Object>> rows = query.byKey();
            for (int id : new int[] {1, 4}) {
                assertThat(Row.of(rows.get(id).toArray()))
                        .isEqualTo(Row.of(id, full, Row.of("c"), rows.get(id).get(3)));
                assertThat(Row.of(rows.get(id + 1).toArray()))
                        .isEqualTo(Row.of(id + 1, null, null, null));
                assertThat(Row.of(rows.get(id + 2).toArray()))
                        .isEqualTo(Row.of(id + 2, new Row(6), new Row(1), null));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                REPLACES,
                "ALTER TYPE address ADD ATTRIBUTE city text",
                "ALTER TYPE address DROP ATTRIBUTE zip",
                "ALTER TYPE address RENAME ATTRIBUTE zip TO code",
                "ALTER TYPE address RENAME ATTRIBUTE zip TO code; ALTER TYPE address RENAME"
                        + " ATTRIBUTE code TO zip",
                "ALTER TYPE address DROP ATTRIBUTE zip; ALTER TYPE address ADD ATTRIBUTE zip text"
            })
    void anAlterationEndsTheJobAtTheNextRow(String alteration) throws Exception {
        on(TestPostgres.shared(18));
        LiveQuery query = query();
        query.awaitRows(1);
        database.execute("INSERT INTO t VALUES (2, ('s2', 'z2'))");
        query.awaitRows(2);
        database.execute(alteration, "INSERT INTO t SELECT 3, a FROM t WHERE id = 2");
        // Where the number of fields differs, the decoder is the first to tell.
        assertThat(SqlSession.failure(query.job()))
                .containsAnyOf(ALTERED, "type public.address was altered after this pipeline began")
                .contains("slot_name = 'nanosync_slot_rows'");
        assertThat(changes(query)).hasSize(2);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(ints = {13, 14, 15, 16, 17, 18})
    void noValueOfAnotherPlaceArrivesWhileRowsKeepComing(int major) throws Exception {
        on(TestPostgres.shared(major));
        LiveQuery query = query();
        query.awaitRows(1);
        CompletableFuture<Void> writing =
                CompletableFuture.runAsync(
                        () -> {
                            for (int i = 2; i < 400; i++) {
                                if (i == 200) {
                                    database.execute(
                                            "BEGIN; "
                                                    + REPLACES
                                                    + "; INSERT INTO t VALUES (100000, ('s', 'c'));"
                                                    + " COMMIT");
                                }
                                database.execute(
                                        "INSERT INTO t VALUES ("
                                                + i
                                                + ", ('s"
                                                + i
                                                + "', 'z"
                                                + i
                                                + "'))");
                            }
                        });
        assertThat(SqlSession.failure(query.job())).contains(ALTERED);
        writing.get();
        assertThat(changes(query))
                .hasSizeBetween(1, 199)
                .allSatisfy(row -> assertThat(row).matches(RowTypesITCase::isTrue));
    }

    /** What came before the job failed. */
    private static List<Row> changes(LiveQuery query) throws Exception {
        query.close();
        return query.soFar();
    }

    /**
     * Who sends a value of the new form waits until the alteration is seen, however long that is.
     */
    private void awaitLockedOut() {
        Await.until(
                "the stream waits for who alters the type",
                () ->
                        database.queryLong(
                                        "SELECT count(*) FROM pg_stat_activity WHERE datname ="
                                                + " current_database() AND backend_type ="
                                                + " 'walsender' AND wait_event = 'relation'")
                                > 0);
    }

    /**
     * While a standby is awaited the commit is in the WAL, and what others write behind it is
     * decoded by the new attributes, long before the catalog shows them.
     */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void nothingArrivesWhileAnAlterationIsCommittedAndNotSeen(int major) throws Exception {
        TestPostgres server = TestPostgres.start(major);
        own = server;
        on(server);
        LiveQuery query = query();
        query.awaitRows(1);
        try (Connection connection = database.connect();
                Statement writer = connection.createStatement()) {
            // A session that knows the type needn't wait for who alters it.
            writer.execute("SET synchronous_commit = local");
            writer.execute("INSERT INTO t VALUES (2, ('s2', 'z2'))");
            query.awaitRows(2);
            alterWithoutBeingSeen(server, query, writer);
        }
        assertThat(SqlSession.failure(query.job())).contains(ALTERED);
        assertThat(changes(query)).hasSize(2);
    }

    private void alterWithoutBeingSeen(TestPostgres server, LiveQuery query, Statement writer)
            throws Exception {
        server.execute(
                "ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()");
        Await.until(
                "commits wait for a standby",
                () -> server.queryString("SHOW synchronous_standby_names").equals("nobody"));
        CompletableFuture<Void> commit =
                CompletableFuture.runAsync(() -> database.execute(REPLACES));
        Await.until(
                "the commit waits for a standby",
                () ->
                        server.queryLong(
                                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event ="
                                                + " 'SyncRep'")
                                > 0);
        writer.setQueryTimeout(30);
        writer.execute("INSERT INTO t VALUES (3, ('s3', 'z3'))");
        awaitLockedOut();
        assertThat(query.changelog()).hasSize(2);
        server.execute(
                "SET synchronous_commit = local",
                "ALTER SYSTEM RESET synchronous_standby_names",
                "SELECT pg_reload_conf()");
        commit.get();
    }

    private static final String IN_SAVEPOINT = "SAVEPOINT s; " + REPLACES + "; RELEASE SAVEPOINT s";

    /** Rows that are sent in spite of it have the places of the plan. */
    @ParameterizedTest
    @ValueSource(strings = {REPLACES, IN_SAVEPOINT})
    void rowsArriveWhileAnAlterationIsOpen(String alteration) throws Exception {
        on(TestPostgres.shared(18));
        try (LiveQuery query = query();
                Connection knowing = database.connect();
                Statement writer = knowing.createStatement();
                Connection open = database.connect();
                Statement altering = open.createStatement()) {
            query.awaitRows(1);
            writer.execute("INSERT INTO t VALUES (2, ('s2', 'z2'))");
            query.awaitRows(2);
            altering.execute("BEGIN; " + alteration);
            writer.execute("INSERT INTO t VALUES (3, ('s3', 'z3'))");
            query.awaitRows(3);
            altering.execute("ROLLBACK");
            writer.execute("INSERT INTO t VALUES (4, ('s4', 'z4'))");
            query.awaitRows(4);
            assertThat(query.changelog()).allMatch(RowTypesITCase::isTrue);
        }
    }

    /** A stream that doesn't know the type yet. */
    @ParameterizedTest
    @ValueSource(strings = {REPLACES, IN_SAVEPOINT})
    void rowsThatWaitForAnOpenAlterationArriveBehindItsRollback(String alteration)
            throws Exception {
        on(TestPostgres.shared(18));
        try (LiveQuery query = query();
                Connection knowing = database.connect();
                Statement writer = knowing.createStatement();
                Connection open = database.connect();
                Statement altering = open.createStatement()) {
            query.awaitRows(1);
            writer.execute("SELECT ROW('s', 'z')::address");
            altering.execute("BEGIN; " + alteration);
            writer.execute("INSERT INTO t VALUES (2, ('s2', 'z2'))");
            awaitLockedOut();
            altering.execute("ROLLBACK");
            query.awaitRows(2);
            assertThat(query.changelog()).allMatch(RowTypesITCase::isTrue);
        }
    }

    /** A subtransaction's id is gone long before what it did is seen. */
    @Test
    void rowsBehindAnAlterationInASavepointEndTheJob() throws Exception {
        on(TestPostgres.shared(18));
        LiveQuery query = query();
        query.awaitRows(1);
        try (Connection knowing = database.connect();
                Statement writer = knowing.createStatement();
                Connection open = database.connect();
                Statement altering = open.createStatement()) {
            writer.execute("INSERT INTO t VALUES (2, ('s2', 'z2'))");
            query.awaitRows(2);
            altering.execute(
                    "BEGIN; " + IN_SAVEPOINT + "; INSERT INTO t VALUES (100000, ('s', 'c'))");
            writer.execute("INSERT INTO t VALUES (3, ('s3', 'z3'))");
            query.awaitRows(3);
            altering.execute("COMMIT");
        }
        assertThat(SqlSession.failure(query.job())).contains(ALTERED);
        assertThat(changes(query)).hasSize(3).allMatch(RowTypesITCase::isTrue);
    }

    /** An alteration that is taken back costs nothing. */
    @Test
    void rowsArriveOnceAnAlterationIsRolledBack() throws Exception {
        on(TestPostgres.shared(18));
        try (LiveQuery query = query()) {
            query.awaitRows(1);
            database.execute(
                    "BEGIN; " + REPLACES + "; ROLLBACK", "INSERT INTO t VALUES (2, ('s2', 'z2'))");
            query.awaitRows(2);
            assertThat(query.changelog()).allMatch(RowTypesITCase::isTrue);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"initial", "latest", "snapshot"})
    void aTypeThatWasAlteredBetweenPlanningAndStartIsRefused(String mode) throws Exception {
        on(TestPostgres.shared(17));
        Configuration none = new Configuration();
        none.setString("restart-strategy.type", "none");
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(none);
        env.enableCheckpointing(200);
        StreamTableEnvironment flink = StreamTableEnvironment.create(env);
        declare(flink, COLUMNS, ", 'startup-mode' = '" + mode + "'");
        sink(flink);
        flink.createStatementSet()
                .addInsertSql("INSERT INTO sink SELECT id, a.street, a.zip FROM t")
                .attachAsDataStream();
        database.execute(REPLACES);
        assertThat(SqlSession.failure(env.executeAsync())).contains(ALTERED);
        assertThat(KeyedSink.table(database.name())).isEmpty();
    }

    private void sink(TableEnvironment flink) {
        flink.executeSql(
                "CREATE TABLE sink (id INT, street STRING, zip STRING, PRIMARY KEY (id) NOT"
                        + " ENFORCED) WITH ('connector' = 'keyed', 'name' = '"
                        + database.name()
                        + "')");
    }

    private JobClient insert(String columns, String select, @Nullable String savepoint) {
        TableEnvironment flink = session();
        if (savepoint != null) {
            flink.getConfig().set("execution.state-recovery.path", savepoint);
        }
        declare(flink, columns);
        sink(flink);
        return flink.executeSql("INSERT INTO sink " + select).getJobClient().orElseThrow();
    }

    private void awaitInSink(int id) {
        Map<List<String>, String> rows = KeyedSink.table(database.name());
        Await.until(
                "row " + id,
                () ->
                        ("+I[" + id + ", s" + id + ", z" + id + "]")
                                .equals(rows.get(List.of(String.valueOf(id)))));
    }

    private static final String SELECT = "SELECT id, a.street, a.zip FROM t";

    @Test
    void aTypeThatWasAlteredWhileTheJobWasStoppedIsRefused() throws Exception {
        on(TestPostgres.shared(17));
        JobClient first = insert(COLUMNS, SELECT, null);
        awaitInSink(1);
        database.execute("INSERT INTO t VALUES (2, ('s2', 'z2'))");
        awaitInSink(2);
        String savepoint = SqlSession.stop(first, folder);
        database.execute("INSERT INTO t VALUES (3, ('s3', 'z3'))");
        JobClient second = insert(COLUMNS, SELECT, savepoint);
        awaitInSink(3);
        savepoint = SqlSession.stop(second, folder);
        database.execute(
                "INSERT INTO t VALUES (4, ('s4', 'z4'))",
                REPLACES,
                "INSERT INTO t VALUES (5, ('s5', 'c5'))");
        String replaced = COLUMNS.replace("zip", "city");
        assertThat(SqlSession.failure(insert(replaced, SELECT.replace("zip", "city"), savepoint)))
                .contains(
                        "Cannot read column \"a\" of public.t as ROW in pipeline rows: type"
                                + " public.address was created or altered by a transaction that"
                                + " isn't older than slot \"nanosync_slot_rows\"");
        assertThat(KeyedSink.table(database.name())).hasSize(3);
    }

    /** Its text is the type's of that moment, whatever that was. */
    @Test
    void aRenamedAttributeIsGotOverByDeclaringText() throws Exception {
        on(TestPostgres.shared(18));
        JobClient first = insert(COLUMNS, SELECT, null);
        awaitInSink(1);
        String savepoint = SqlSession.stop(first, folder);
        database.execute(
                "ALTER TYPE address RENAME ATTRIBUTE zip TO code",
                "INSERT INTO t VALUES (2, ('s2', 'z2'))");
        String renamed = COLUMNS.replace("zip", "code");
        assertThat(SqlSession.failure(insert(renamed, SELECT.replace("zip", "code"), savepoint)))
                .contains("where types are altered again and again declare the column STRING");
        JobClient second =
                insert(
                        "id INT, a STRING",
                        "SELECT id, SUBSTR(a, 2, 2), SUBSTR(a, 5, 2) FROM t",
                        savepoint);
        awaitInSink(2);
        second.cancel().get();
    }

    /** A slot that was made before the type was altered gives values of before, too. */
    @Test
    void aSlotThatIsOlderThanAnAlterationIsRefused() throws Exception {
        on(TestPostgres.shared(18));
        database.execute(
                "CREATE PUBLICATION nanosync_pub_rows FOR TABLE t",
                "SELECT pg_create_logical_replication_slot('nanosync_slot_rows', 'pgoutput')",
                "INSERT INTO t VALUES (2, ('s2', 'z2'))",
                REPLACES);
        TableEnvironment flink = session();
        declare(flink, "id INT, a ROW<city STRING>", ", 'startup-mode' = 'slot'");
        LiveQuery query = new LiveQuery(flink, "SELECT * FROM t");
        assertThat(SqlSession.failure(query.job()))
                .contains("was created or altered by a transaction");
        assertThat(changes(query)).isEmpty();
        database.execute("SELECT pg_drop_replication_slot('nanosync_slot_rows')");
    }

    /** What is read again is as of now, however long ago its change was proven. */
    @Test
    void aLargeValueThatIsReadAgainIsProvenToo() throws Exception {
        TestPostgres server = TestPostgres.start(18);
        own = server;
        on(server);
        database.execute(
                "ALTER TABLE t REPLICA IDENTITY DEFAULT",
                "ALTER TABLE t ALTER COLUMN a SET STORAGE EXTERNAL, ADD COLUMN n int",
                "UPDATE t SET a = ('s1', repeat('z', 5000))");
        TableEnvironment flink = session();
        declare(flink, COLUMNS + ", n INT");
        try (LiveQuery query = new LiveQuery(flink, "SELECT id, a.zip, n FROM t")) {
            query.awaitRows(1);
            database.execute("UPDATE t SET n = 1");
            Await.until(
                    "the value was read again",
                    () -> query.byKey().get(1).equals(List.of(1, "z".repeat(5000), 1)));
        }
    }

    @Test
    void whatCantBeReadIsRefusedAtPlanning() {
        on(TestPostgres.shared(18));
        assertThat(refusal("id INT, a ROW<stret STRING>"))
                .contains(
                        "column \"a\": \"stret\" is no attribute of type public.address, expected"
                                + " STRING, or ROW<`street` STRING, `zip` STRING>; did you mean"
                                + " street?");
        assertThat(refusal("id INT, a ROW<street INT>"))
                .contains(
                        "column \"a\": public.address can't be read as ROW<`street` INT>, expected"
                                + " STRING, or ROW<`street` STRING, `zip` STRING>");
        assertThat(refusal("id ROW<x INT>, a STRING")).contains("column \"id\": integer can't");
    }

    private String refusal(String columns) {
        TableEnvironment flink = session();
        declare(flink, columns);
        Throwable thrown = catchThrowable(() -> flink.explainSql("SELECT * FROM t"));
        assertThat(thrown).as("a refusal").isNotNull();
        return String.valueOf(thrown.getMessage());
    }
}
