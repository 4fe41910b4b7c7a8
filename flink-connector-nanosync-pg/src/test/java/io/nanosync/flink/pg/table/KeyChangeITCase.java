package io.nanosync.flink.pg.table;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A keyed sink holds what PostgreSQL holds, after updates that gave rows another key. */
class KeyChangeITCase {

    private TestDatabase database;
    private TableEnvironment flink;

    /** What the sink holds: rows as Flink prints them, by key. */
    private Map<List<String>, String> sink = new HashMap<>();

    private @Nullable JobClient job;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(17).createDatabase();
        flink = SqlSession.streaming(2);
    }

    @AfterEach
    void drop() throws Exception {
        if (job != null) {
            job.cancel().get();
        }
        database.close();
    }

    /** Starts {@code INSERT INTO} a keyed sink of the same columns and key. */
    private void follow(String columns, String key, String mode, long rows) {
        follow(columns, key, mode, rows, "");
    }

    private void follow(String columns, String key, String mode, long rows, String otherOptions) {
        run(columns, key, mode, otherOptions);
        Await.until("the snapshot is in the sink", () -> sink.size() == rows);
    }

    private void run(String columns, String key, String mode, String otherOptions) {
        String name = UUID.randomUUID().toString();
        sink = KeyedSink.table(name);
        String declared = " (" + columns + ", PRIMARY KEY (" + key + ") NOT ENFORCED)";
        flink.executeSql(
                "CREATE TABLE t" + declared + " WITH (" + options(mode) + otherOptions + ")");
        flink.executeSql(
                "CREATE TABLE target"
                        + declared
                        + " WITH ('connector' = 'keyed', 'name' = '"
                        + name
                        + "')");
        job = flink.executeSql("INSERT INTO target SELECT * FROM t").getJobClient().orElseThrow();
    }

    private String options(String mode) {
        return "'connector' = 'nanosync-pg', 'dsn' = '"
                + database.dsn()
                + "', 'table-name' = 'public.t', 'changelog-mode' = '"
                + mode
                + "'";
    }

    /** The sink comes to hold exactly these rows. */
    private void assertSink(Map<List<String>, String> rows) {
        try {
            Await.until("the sink holds what PostgreSQL holds", () -> sink.equals(rows));
        } catch (AssertionError e) {
            assertThat(sink).isEqualTo(rows);
            throw e;
        }
    }

    /** Under FULL no Relation message tells that the key, checked at the start, is gone. */
    @Test
    void aTableThatLosesItsKeyIsRefused() {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, note text)",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t VALUES (1, 'one')");
        follow("id INT, note STRING", "id", "upsert", 1);
        database.execute(
                "ALTER TABLE t DROP CONSTRAINT t_pkey", "INSERT INTO t VALUES (1, 'another one')");
        assertThat(failure()).contains("changes of public.t are applied by its key (id), which it");
    }

    /** While it was gone another row of the same key came and went, and took the first with it. */
    @ParameterizedTest
    @ValueSource(strings = {"upsert", "all"})
    void aTableThatIsWithoutItsKeyForAMomentIsRefused(String mode) {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, note text)",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t VALUES (1, 'one')");
        follow("id INT, note STRING", "id", mode, 1);
        database.execute(
                "ALTER TABLE t DROP CONSTRAINT t_pkey",
                "INSERT INTO t VALUES (1, 'another one')",
                "DELETE FROM t WHERE note = 'another one'",
                "ALTER TABLE t ADD PRIMARY KEY (id)");
        assertThat(failure())
                .contains("changes of public.t are applied by its key (id), which was")
                .contains("dropped and added again");
    }

    /** In the past that the slot holds, rows of the same key replace each other. */
    @Test
    void aSlotThatIsOlderThanTheKeyIsRefused() {
        database.execute(
                "CREATE TABLE t (id int, note text)",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "CREATE PUBLICATION nanosync_pub_old FOR TABLE t",
                "SELECT pg_create_logical_replication_slot('nanosync_slot_old', 'pgoutput')",
                "INSERT INTO t VALUES (1, 'one'), (1, 'another one')",
                "DELETE FROM t WHERE note = 'another one'",
                "ALTER TABLE t ADD PRIMARY KEY (id)");
        follow(
                "id INT, note STRING",
                "id",
                "upsert",
                0,
                ", 'pipeline' = 'old', 'startup-mode' = 'slot'");
        assertThat(failure())
                .contains("public.t has its primary key, by which its changes are applied, since");
    }

    /**
     * The statement was planned by a key that is another one when the pipeline begins, or begins
     * anew.
     */
    @ParameterizedTest
    @CsvSource({
        "FULL, all, ALTER TABLE t DROP CONSTRAINT t_pkey",
        "FULL, upsert, ALTER TABLE t DROP CONSTRAINT t_pkey",
        "DEFAULT, upsert, 'ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (code)'"
    })
    void aKeyThatIsNotThatOfThePlanIsRefused(String identity, String mode, String alter)
            throws Exception {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, code int NOT NULL)",
                "ALTER TABLE t REPLICA IDENTITY " + identity,
                "INSERT INTO t VALUES (1, 10)");
        flink.getConfig().set("restart-strategy.type", "fixed-delay");
        flink.getConfig().set("restart-strategy.fixed-delay.attempts", "10");
        flink.getConfig().set("restart-strategy.fixed-delay.delay", "100ms");
        try (Connection open = database.connect();
                Statement transaction = open.createStatement()) {
            open.setAutoCommit(false);
            transaction.execute("SELECT pg_current_xact_id()");
            run("id INT, code INT", "id", mode, "");
            Await.until(
                    "the slot waits for the transaction",
                    () ->
                            database.queryLong(
                                            "SELECT count(*) FROM pg_replication_slots WHERE"
                                                    + " slot_name = 'nanosync_slot_public_t'"
                                                    + " AND database = current_database()")
                                    == 1);
            database.execute(alter);
            open.commit();
        }
        assertThat(failure()).contains("changes of public.t are applied by its key (id), which");
    }

    private String failure() {
        CompletableFuture<String> failure =
                requireNonNull(job)
                        .getJobExecutionResult()
                        .handle((done, error) -> ExceptionUtils.stringifyException(error));
        Await.until("the job has ended", failure::isDone);
        job = null;
        return failure.join();
    }

    @ParameterizedTest
    @CsvSource({"FULL, all", "FULL, upsert", "DEFAULT, upsert"})
    void aRowMovesToItsNewKey(String identity, String mode) {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, balance int)",
                "ALTER TABLE t REPLICA IDENTITY " + identity,
                "INSERT INTO t VALUES (1, 10), (2, 20), (3, NULL), (4, 40)");
        follow("id INT, balance INT", "id", mode, 4);
        database.execute(
                "UPDATE t SET id = 100 WHERE id = 1",
                "UPDATE t SET id = 30, balance = NULL WHERE id = 4",
                "UPDATE t SET balance = 21 WHERE id = 2",
                // Two rows change places: each key is deleted and comes again.
                "BEGIN; UPDATE t SET id = -1 WHERE id = 2; UPDATE t SET id = 2 WHERE id = 3;"
                        + " UPDATE t SET id = 3 WHERE id = -1; COMMIT");
        assertSink(
                Map.of(
                        List.of("100"), "+I[100, 10]",
                        List.of("30"), "+I[30, null]",
                        List.of("3"), "+I[3, 21]",
                        List.of("2"), "+I[2, null]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "upsert"})
    void aPartOfACompositeKeyIsEnough(String mode) {
        database.execute(
                "CREATE TABLE t (a int, b text, note text, PRIMARY KEY (b, a))",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t VALUES (1, 'x', 'first'), (1, 'y', 'second')");
        follow("a INT, b STRING, note STRING", "a, b", mode, 2);
        database.execute("UPDATE t SET b = 'z' WHERE b = 'x'", "UPDATE t SET a = 2 WHERE b = 'y'");
        assertSink(
                Map.of(
                        List.of("1", "z"), "+I[1, z, first]",
                        List.of("2", "y"), "+I[2, y, second]"));
    }

    @Test
    void theKeyMayHaveMoreThanTheTables() {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL)",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t VALUES (1, 'a'), (2, 'a')");
        follow("id INT, code STRING", "code, id", "all", 2);
        database.execute(
                "UPDATE t SET code = 'c' WHERE id = 1", "UPDATE t SET id = 20 WHERE id = 2");
        assertSink(Map.of(List.of("c", "1"), "+I[1, c]", List.of("a", "20"), "+I[20, a]"));
    }

    @Test
    void theKeyMayBeThatOfAnIdentityIndex() {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL, note text)",
                "CREATE UNIQUE INDEX codes ON t (code)",
                "ALTER TABLE t REPLICA IDENTITY USING INDEX codes",
                "INSERT INTO t VALUES (1, 'a', 'n')");
        follow("id INT, code STRING, note STRING", "code", "upsert", 1);
        database.execute("UPDATE t SET id = 2", "UPDATE t SET code = 'b'");
        assertSink(Map.of(List.of("b"), "+I[2, b, n]"));
    }

    @ParameterizedTest
    @CsvSource({"FULL, all", "FULL, upsert", "DEFAULT, upsert"})
    void largeKeyPartsThatStayAreKept(String identity, String mode) {
        database.execute(
                "CREATE TABLE t (id int, k text, note int, PRIMARY KEY (id, k))",
                "ALTER TABLE t ALTER COLUMN k SET STORAGE EXTERNAL",
                "ALTER TABLE t REPLICA IDENTITY " + identity,
                "INSERT INTO t VALUES (1, repeat('k', 2300), 1), (2, repeat('l', 2300), 1)");
        assertThat(
                        database.queryLong(
                                "SELECT pg_relation_size(reltoastrelid) FROM pg_class"
                                        + " WHERE relname = 't'"))
                .isPositive();
        follow("id INT, k STRING, note INT", "id, k", mode, 2);
        database.execute("UPDATE t SET id = 10 WHERE id = 1", "UPDATE t SET note = 2 WHERE id = 2");
        String first = "k".repeat(2300);
        String second = "l".repeat(2300);
        assertSink(
                Map.of(
                        List.of("10", first), "+I[10, " + first + ", 1]",
                        List.of("2", second), "+I[2, " + second + ", 2]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "upsert"})
    void valuesThatPostgresTakesForEqualAreKeysOfTheirOwnWhereFlinkTellsThemApart(String mode) {
        database.execute(
                "CREATE EXTENSION citext",
                "CREATE TABLE t (f float8, n numeric, c citext, note int, PRIMARY KEY (f, n, c))",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t VALUES (0, 1, 'one', 1), ('NaN', 2, 'two', 2), (3, 1.0, 'three', 3),"
                        + " (4, 4, 'four', 4)");
        follow("f DOUBLE, n STRING, c STRING, note INT", "f, n, c", mode, 4);
        database.execute(
                "UPDATE t SET f = '-0' WHERE note = 1",
                "UPDATE t SET f = 'NaN', note = 20 WHERE note = 2",
                "UPDATE t SET n = 1.00 WHERE note = 3",
                "UPDATE t SET c = 'FOUR' WHERE note = 4");
        assertSink(
                Map.of(
                        List.of("-0.0", "1", "one"), "+I[-0.0, 1, one, 1]",
                        List.of("NaN", "2", "two"), "+I[NaN, 2, two, 20]",
                        List.of("3.0", "1.00", "three"), "+I[3.0, 1.00, three, 3]",
                        List.of("4.0", "4", "FOUR"), "+I[4.0, 4, FOUR, 4]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "upsert"})
    void aNumericKeyMayBeDeclaredWithADigitsNumber(String mode) {
        database.execute(
                "CREATE TABLE t (n numeric PRIMARY KEY, note int)",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t VALUES (1.0, 1)");
        follow("n DECIMAL(5, 2), note INT", "n", mode, 1);
        database.execute("UPDATE t SET n = 1.00, note = 2");
        assertSink(Map.of(List.of("1.00"), "+I[1.00, 2]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "upsert"})
    void theKeyNeedNotBeRead(String mode) throws Exception {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, note text)",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t VALUES (1, 'a'), (2, 'a')");
        flink.executeSql(
                "CREATE TABLE t (id INT, note STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ("
                        + options(mode)
                        + ")");
        try (LiveQuery query = new LiveQuery(flink, "SELECT note, COUNT(*) FROM t GROUP BY note")) {
            Await.until(
                    "the snapshot is counted",
                    () -> query.retracted().equals(Map.of(List.of("a", 2L), 1)));
            database.execute(
                    "UPDATE t SET id = 10, note = 'b' WHERE id = 1",
                    "UPDATE t SET id = 20 WHERE id = 2",
                    "INSERT INTO t VALUES (3, 'c')");
            Await.until(
                    "the changes are counted",
                    () ->
                            query.retracted()
                                    .equals(
                                            Map.of(
                                                    List.of("a", 1L), 1,
                                                    List.of("b", 1L), 1,
                                                    List.of("c", 1L), 1)));
        }
    }

    @Test
    void appendThatReadsRowsAgainTellsADeleteAndAnInsert() throws Exception {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, note text)", "INSERT INTO t VALUES (1, 'a')");
        flink.executeSql(
                "CREATE TABLE t (id INT, note STRING, op STRING METADATA) WITH ("
                        + options("append")
                        + ", 'toast' = 'reselect')");
        try (LiveQuery query = new LiveQuery(flink, "SELECT op, id, note FROM t")) {
            query.awaitRows(1);
            database.execute("UPDATE t SET id = 2", "UPDATE t SET note = 'b'");
            query.awaitRows(4);
            assertThat(query.changelog().stream().map(Object::toString))
                    .containsExactly("+I[r, 1, a]", "+I[d, 1, null]", "+I[i, 2, a]", "+I[u, 2, b]");
        }
    }
}
