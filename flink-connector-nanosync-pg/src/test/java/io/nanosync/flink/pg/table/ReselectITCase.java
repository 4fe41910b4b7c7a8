package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Large values that updates left alone are read again: by key, and as they are now. */
class ReselectITCase {

    private final TableEnvironment flink = SqlSession.streaming(1);

    private @Nullable TestDatabase database;

    private TestDatabase database() {
        TestDatabase created = database;
        if (created == null) {
            throw new IllegalStateException("Call on() first");
        }
        return created;
    }

    private void on(int major) {
        database = TestPostgres.shared(major).createDatabase();
    }

    @AfterEach
    void drop() {
        if (database != null) {
            database.close();
        }
    }

    private void declare(String columns, String table, String... options) {
        flink.executeSql(
                "CREATE TABLE t ("
                        + columns
                        + ") WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + database().dsn()
                        + "', 'table-name' = '"
                        + table
                        + "'"
                        + Arrays.stream(options).map(o -> ", " + o).collect(Collectors.joining())
                        + ")");
    }

    private static final String DECLARED =
            "id INT, n INT, doc STRING NOT NULL, PRIMARY KEY (id) NOT ENFORCED";

    /** A table of two rows, whose large values are stored apart. */
    private void createTable() {
        database()
                .execute(
                        "CREATE TABLE t (id int PRIMARY KEY, n int, doc text NOT NULL)",
                        "ALTER TABLE t ALTER COLUMN doc SET STORAGE EXTERNAL",
                        "INSERT INTO t VALUES (1, 1, "
                                + large("a")
                                + "), (2, 1, "
                                + large("b")
                                + ")");
    }

    private static String large(String letter) {
        return "repeat('" + letter + "', 3000)";
    }

    private Map<Object, List<Object>> inPostgres(String columns, String table) {
        Map<Object, List<Object>> rows = new HashMap<>();
        for (List<@Nullable String> row :
                database().queryRows("SELECT " + columns + " FROM " + table)) {
            List<Object> values = new ArrayList<>();
            values.add(Integer.valueOf(String.valueOf(row.get(0))));
            values.add(Integer.valueOf(String.valueOf(row.get(1))));
            values.add(String.valueOf(row.get(2)));
            rows.put(values.get(0), values);
        }
        return rows;
    }

    private void awaitEquality(LiveQuery query) {
        awaitEquality(query, "id, n, doc", "t");
    }

    private void awaitEquality(LiveQuery query, String columns, String table) {
        Map<Object, List<Object>> expected = inPostgres(columns, table);
        try {
            Await.until("Flink has what PostgreSQL has", () -> query.byKey().equals(expected));
        } catch (AssertionError e) {
            assertThat(shortened(query.byKey())).isEqualTo(shortened(expected));
            throw e;
        }
    }

    private static Map<Object, String> shortened(Map<Object, List<Object>> rows) {
        return rows.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                row ->
                                        row.getValue().subList(0, 2)
                                                + " "
                                                + shortened(row.getValue().get(2))));
    }

    private static String shortened(Object text) {
        String value = String.valueOf(text);
        return value.length() + " " + value.substring(0, Math.min(12, value.length()));
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void valuesThatUpdatesLeaveAloneAreThere(int major) throws Exception {
        on(major);
        createTable();
        declare(DECLARED, "public.t");
        try (LiveQuery query = new LiveQuery(flink, "SELECT * FROM t")) {
            query.awaitRows(2);
            database()
                    .execute(
                            "UPDATE t SET n = 2",
                            "UPDATE t SET id = 10 WHERE id = 1",
                            "UPDATE t SET doc = " + large("c") + " WHERE id = 2",
                            "INSERT INTO t VALUES (3, 1, 'small')",
                            "UPDATE t SET n = 3");
            awaitEquality(query);
            assertThat(query.changelog()).allMatch(row -> row.getField(2) != null);
        }
    }

    @Test
    void aValueThatIsNotReadIsNotReadAgain() throws Exception {
        on(18);
        createTable();
        database().execute("ALTER TABLE t RENAME TO unread");
        declare(DECLARED, "public.unread");
        try (LiveQuery query = new LiveQuery(flink, "SELECT id, n FROM t")) {
            query.awaitRows(2);
            database().execute("UPDATE unread SET n = 2");
            Await.until(
                    "the updates are there",
                    () -> query.byKey().equals(Map.of(1, List.of(1, 2), 2, List.of(2, 2))));
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().equals("nanosync-lookup-public.unread"));
        }
    }

    /** What becomes of a row while its update is on the way: here in the same transaction. */
    @Test
    void aRowThatIsGoneOrAnotherByThenConverges() throws Exception {
        on(13);
        createTable();
        declare(DECLARED, "public.t");
        try (LiveQuery query = new LiveQuery(flink, "SELECT * FROM t")) {
            query.awaitRows(2);
            database()
                    .execute(
                            // Gone.
                            "BEGIN; UPDATE t SET n = 2 WHERE id = 1; DELETE FROM t WHERE id = 1;"
                                    + " COMMIT",
                            // Another row.
                            "BEGIN; UPDATE t SET n = 2 WHERE id = 2; DELETE FROM t WHERE id = 2;"
                                    + " INSERT INTO t VALUES (2, 7, "
                                    + large("new")
                                    + "); COMMIT",
                            // Another key, once more, and the first key for another row.
                            "BEGIN; UPDATE t SET n = 3 WHERE id = 2; UPDATE t SET id = 20 WHERE id"
                                    + " = 2; UPDATE t SET id = 21, n = 4 WHERE id = 20; INSERT INTO"
                                    + " t VALUES (2, 8, "
                                    + large("other")
                                    + "); UPDATE t SET n = 5 WHERE id = 2; COMMIT");
            awaitEquality(query);
            assertThat(query.changelog()).allMatch(row -> row.getField(2) != null);
        }
    }

    @Test
    void appendHasEveryUpdateOfARowThatIsGone() throws Exception {
        on(18);
        createTable();
        declare(
                "id INT, n INT, doc STRING, op STRING METADATA",
                "public.t",
                "'changelog-mode' = 'append'",
                "'toast' = 'reselect'");
        try (LiveQuery query = new LiveQuery(flink, "SELECT id, n, doc, op FROM t")) {
            query.awaitRows(2);
            database()
                    .execute(
                            "UPDATE t SET n = 2 WHERE id = 2",
                            "BEGIN; UPDATE t SET n = 2 WHERE id = 1; DELETE FROM t WHERE id = 1;"
                                    + " COMMIT");
            query.awaitRows(5);
            assertThat(query.changelog().subList(2, 5))
                    .containsExactly(
                            Row.of(2, 2, "b".repeat(3000), "u"),
                            Row.of(1, 2, null, "u"),
                            Row.of(1, null, null, "d"));
        }
    }

    /** More than is held at a time, of rows that are larger than expected, and of one row often. */
    @Test
    void manyLargeRowsAreReadBitByBit(@TempDir Path checkpoints) throws Exception {
        on(18);
        flink.getConfig().set("execution.checkpointing.dir", checkpoints.toUri().toString());
        database()
                .execute(
                        "CREATE TABLE t (id int PRIMARY KEY, n int, doc text NOT NULL)",
                        "ALTER TABLE t ALTER COLUMN doc SET STORAGE EXTERNAL",
                        "INSERT INTO t SELECT i, 1, repeat(i::text, 75000) FROM"
                                + " generate_series(10, 49) i");
        declare(DECLARED, "public.t");
        try (LiveQuery query = new LiveQuery(flink, "SELECT * FROM t")) {
            query.awaitRows(40);
            database()
                    .execute(
                            "BEGIN; UPDATE t SET n = 2; UPDATE t SET n = n + 1;"
                                    + " UPDATE t SET n = n + 1 WHERE id = 10; COMMIT");
            awaitEquality(query);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void everyTypeOfKeyIsAskedForExactly(int major) throws Exception {
        on(major);
        List<String> types =
                List.of(
                        "i2 int2|SMALLINT|-32768|32767",
                        "i8 int8|BIGINT|-9223372036854775808|9223372036854775807",
                        "o oid|BIGINT|0|4294967295",
                        "bo bool|BOOLEAN|false|true",
                        "f4 float4|FLOAT|1.1|-3.4028235e38",
                        "f8 float8|DOUBLE|0.1|Infinity",
                        "nu numeric|STRING|1.50|NaN",
                        "np numeric(20,5)|DECIMAL(20, 5)|-1.5|123456789012345.12345",
                        "mo money|DECIMAL(19, 2)|-1234567.89|0.01",
                        "tx text|STRING|it''s \\ \"x\"|",
                        "vc varchar(10)|STRING|äöü€|\t ",
                        "ch char(5)|STRING|ab|",
                        "qc \"char\"|STRING|a|z",
                        "nm name|STRING|pg''_class|Other",
                        "da date|DATE|0001-01-01|9999-12-31",
                        "tm time|STRING|24:00:00|00:00:00.000001",
                        "tz timetz|STRING|12:00:00+05:45|23:59:59.999999-08",
                        "ts timestamp|TIMESTAMP(6)|0001-01-01 00:00:00.000001|9999-12-31"
                                + " 23:59:59.999999",
                        "tt timestamptz|TIMESTAMP_LTZ(6)|0001-12-31 23:59:59.5+00|2026-01-01"
                                + " 12:00:00+05:45",
                        "iv interval|STRING|1 mon -3 days 00:00:00.1|-1 year",
                        "uu uuid|STRING|00000000-0000-0000-0000-000000000001|ffffffff-ffff-ffff-"
                                + "ffff-ffffffffffff",
                        "ba bytea|BYTES|\\x00ff27|",
                        "en mood|STRING|so-so|it''s fine",
                        "ci citext|STRING|MiXed|mixed2",
                        "dm positive|INT|1|2",
                        "bi bit(3)|STRING|101|010",
                        "ne inet|STRING|10.0.0.1/8|::1",
                        "ar text[]|STRING|{a,\"b,c\",NULL}|{}",
                        "rg int4range|STRING|[1,5)|empty",
                        "js jsonb|STRING|{\"a\": 1.10}|[]");
        List<String> names =
                types.stream().map(type -> type.substring(0, type.indexOf(' '))).toList();
        database()
                .execute(
                        "CREATE EXTENSION citext",
                        "CREATE TYPE mood AS ENUM ('so-so', 'it''s fine')",
                        "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
                        "CREATE TABLE keys (id int, n int, doc text, "
                                + types.stream()
                                        .map(type -> type.substring(0, type.indexOf('|')))
                                        .collect(Collectors.joining(", "))
                                + ", PRIMARY KEY ("
                                + String.join(", ", names)
                                + "))",
                        "ALTER TABLE keys ALTER COLUMN doc SET STORAGE EXTERNAL",
                        "INSERT INTO keys VALUES (1, 1, " + large("x") + values(types, 2) + ")",
                        "INSERT INTO keys VALUES (2, 1, " + large("y") + values(types, 3) + ")");
        declare(
                "id INT, n INT, doc STRING, "
                        + types.stream()
                                .map(
                                        type ->
                                                "`"
                                                        + type.split("[ |]", 2)[0]
                                                        + "` "
                                                        + type.split("\\|")[1])
                                .map(column -> column + " NOT NULL")
                                .collect(Collectors.joining(", "))
                        + ", PRIMARY KEY (`"
                        + String.join("`, `", names)
                        + "`) NOT ENFORCED",
                "public.keys");
        try (LiveQuery query = new LiveQuery(flink, "SELECT id, n, doc FROM t")) {
            query.awaitRows(2);
            database().execute("UPDATE keys SET n = 2");
            awaitEquality(query, "id, n, doc", "keys");
        }
    }

    private static String values(List<String> types, int which) {
        return types.stream()
                .map(type -> ", '" + type.split("\\|", -1)[which] + "'")
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void quotedNamesAndPartitions(int major) throws Exception {
        on(major);
        String table = "\"Über\"\"uns\".\"v t\"";
        database()
                .execute(
                        "CREATE SCHEMA \"Über\"\"uns\"",
                        "CREATE TABLE "
                                + table
                                + " (\"Id\" int, n int, \"the doc\" text, k0 text, \"a \"\"b\""
                                + " text, PRIMARY KEY (\"a \"\"b\", \"Id\", k0)) PARTITION BY LIST"
                                + " (k0)",
                        "CREATE TABLE first PARTITION OF " + table + " FOR VALUES IN ('x')",
                        // Another order of columns.
                        "CREATE TABLE second (\"a \"\"b\" text NOT NULL, \"the doc\" text, gone"
                                + " int, n int, k0 text NOT NULL, \"Id\" int NOT NULL)",
                        "ALTER TABLE second DROP COLUMN gone",
                        "ALTER TABLE " + table + " ATTACH PARTITION second FOR VALUES IN ('y')",
                        "ALTER TABLE first ALTER COLUMN \"the doc\" SET STORAGE EXTERNAL",
                        "ALTER TABLE second ALTER COLUMN \"the doc\" SET STORAGE EXTERNAL",
                        "INSERT INTO "
                                + table
                                + " VALUES (1, 1, "
                                + large("x")
                                + ", 'x', 'k'), (2, 1, "
                                + large("y")
                                + ", 'y', 'k')");
        declare(
                "`Id` INT, n INT, `the doc` STRING, k0 STRING, `a \"b` STRING,"
                        + " PRIMARY KEY (`Id`, k0, `a \"b`) NOT ENFORCED",
                table,
                "'pipeline' = 'quoted'");
        try (LiveQuery query = new LiveQuery(flink, "SELECT `Id`, n, `the doc` FROM t")) {
            query.awaitRows(2);
            database()
                    .execute(
                            "UPDATE " + table + " SET n = 2",
                            "UPDATE " + table + " SET \"Id\" = 10 WHERE \"Id\" = 1",
                            // Into another partition.
                            "UPDATE " + table + " SET k0 = 'x' WHERE \"Id\" = 2");
            awaitEquality(query, "\"Id\", n, \"the doc\"", table);
        }
    }

    /** A row that left the filter is deleted next; what it has now was never published. */
    @Test
    void aRowThatLeftThePublicationIsNotRead() throws Exception {
        on(18);
        database()
                .execute(
                        "CREATE TABLE t (id int, n int, doc text NOT NULL, tenant int, PRIMARY KEY"
                                + " (id, tenant))",
                        "ALTER TABLE t ALTER COLUMN doc SET STORAGE EXTERNAL",
                        "INSERT INTO t VALUES (1, 1, "
                                + large("a")
                                + ", 1), (2, 1, "
                                + large("b")
                                + ", 1)",
                        "CREATE PUBLICATION nanosync_pub_public_t FOR TABLE t WHERE (tenant = 1)");
        declare(
                "id INT, n INT, doc STRING NOT NULL, tenant INT, PRIMARY KEY (id, tenant) NOT"
                        + " ENFORCED",
                "public.t");
        try (LiveQuery query = new LiveQuery(flink, "SELECT id, n, doc FROM t")) {
            query.awaitRows(2);
            database()
                    .execute(
                            "BEGIN; UPDATE t SET n = 2; UPDATE t SET tenant = 2, doc = "
                                    + large("secret")
                                    + " WHERE id = 1; COMMIT");
            awaitEquality(query, "id, n, doc", "t WHERE tenant = 1");
            assertThat(query.changelog().toString()).doesNotContain("secret");
        }
    }

    /** Done in the transaction of the update, so that it's done when the value is read again. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE t ALTER COLUMN doc TYPE varchar(4000)"
                        + " | column \"doc\" (text) is of type character varying(4000) now",
                "ALTER TABLE t DROP COLUMN doc | column \"doc\" (text) was dropped or renamed",
                "ALTER TABLE t RENAME TO u | no table has the name public.t any more",
                "ALTER TABLE t DROP CONSTRAINT t_pkey"
                        + " | it has no primary key or unique index over (id) any more",
                "REVOKE SELECT ON TABLE t FROM nanosync"
                        + " | GRANT SELECT ON TABLE public.t TO \"nanosync\""
            })
    void aTableThatIsAnotherByThenIsNotRead(String done, String message) throws Exception {
        on(18);
        createTable();
        database()
                .execute(
                        "CREATE PUBLICATION nanosync_pub_public_t FOR TABLE t",
                        "DO $$ BEGIN CREATE ROLE nanosync LOGIN REPLICATION PASSWORD 'secret';"
                                + " EXCEPTION WHEN duplicate_object THEN ALTER ROLE nanosync"
                                + " PASSWORD 'secret'; END $$",
                        "GRANT SELECT ON TABLE t TO nanosync");
        flink.executeSql(
                "CREATE TABLE t ("
                        + DECLARED
                        + ") WITH ('connector' = 'nanosync-pg', 'hostname' = '127.0.0.1', 'port' ="
                        + " '"
                        + database().port()
                        + "', 'database-name' = '"
                        + database().name()
                        + "', 'username' = 'nanosync', 'password' = 'secret', 'table-name' ="
                        + " 'public.t')");
        LiveQuery query = new LiveQuery(flink, "SELECT * FROM t");
        query.awaitRows(2);
        database().execute("BEGIN; UPDATE t SET n = 2 WHERE id = 1; " + done + "; COMMIT");
        Future<String> failure =
                query.job()
                        .getJobExecutionResult()
                        .handle((ended, error) -> ExceptionUtils.stringifyException(error));
        Await.until("the job has ended", failure::isDone);
        assertThat(failure.get()).contains(message);
        query.close();
    }

    @Test
    void aKeyedResultEqualsTheTableAfterConcurrentChanges() throws Exception {
        followConcurrentChanges(18, 200);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(ints = {13, 14, 15, 16, 17, 18})
    void aKeyedResultEqualsTheTableAfterManyConcurrentChanges(int major) throws Exception {
        followConcurrentChanges(major, 3000);
    }

    private void followConcurrentChanges(int major, int statements) throws Exception {
        on(major);
        database()
                .execute(
                        "CREATE TABLE t (id int PRIMARY KEY, n int, doc text NOT NULL)",
                        "ALTER TABLE t ALTER COLUMN doc SET STORAGE EXTERNAL",
                        "INSERT INTO t SELECT i, 0, repeat(md5(i::text), 100) FROM"
                                + " generate_series(1, 50) i");
        declare(DECLARED, "public.t");
        ExecutorService writers = Executors.newFixedThreadPool(4);
        try (LiveQuery query = new LiveQuery(flink, "SELECT * FROM t")) {
            query.awaitRows(50);
            List<Callable<Boolean>> work = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int seed = i;
                work.add(() -> write(new Random(seed), seed, statements));
            }
            for (Future<Boolean> done : writers.invokeAll(work)) {
                assertThat(done.get()).isTrue();
            }
            awaitEquality(query);
            assertThat(query.changelog()).allMatch(row -> row.getField(2) != null);
        } finally {
            writers.shutdownNow();
        }
    }

    private boolean write(Random random, int seed, int statements) throws SQLException {
        try (Connection connection = database().connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < statements; i++) {
                int id = 1 + random.nextInt(50);
                String doc = "repeat(md5('" + seed + " " + i + "'), 100)";
                String sql =
                        switch (random.nextInt(8)) {
                            case 0 -> "UPDATE t SET doc = " + doc + " WHERE id = " + id;
                            case 1 -> "DELETE FROM t WHERE id = " + id;
                            case 2 ->
                                    "INSERT INTO t VALUES ("
                                            + id
                                            + ", 0, "
                                            + doc
                                            + ") ON CONFLICT DO NOTHING";
                            case 3 -> "UPDATE t SET id = id + 100 WHERE id = " + id;
                            case 4 -> "UPDATE t SET id = id - 100 WHERE id = " + (id + 100);
                            default -> "UPDATE t SET n = n + 1 WHERE id IN (" + id + ", 7)";
                        };
                try {
                    statement.execute(sql);
                } catch (SQLException e) {
                    // Two rows of a key, or two writers that wait for each other: left out.
                    if (!List.of("23505", "40P01").contains(e.getSQLState())) {
                        throw e;
                    }
                }
            }
            return true;
        }
    }
}
