package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.ReplicatedPostgres;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Composites as ROW where another table's column has the same name, and where another column, type,
 * table or server has the name that was planned.
 */
class RowIdentityITCase {

    private @Nullable ReplicatedPostgres servers;
    private @Nullable TcpProxy proxy;
    private @Nullable TestDatabase database;

    private TestDatabase database() {
        TestDatabase known = database;
        if (known == null) {
            known = TestPostgres.shared(17).createDatabase();
            database = known;
        }
        return known;
    }

    @AfterEach
    void drop() {
        if (proxy != null) {
            proxy.close();
        }
        if (servers != null) {
            servers.close();
        } else {
            database().close();
        }
    }

    private static final String SELECT = "SELECT id, source, a.street, a.zip FROM t";

    /** Two tables, each with a column of the name whose type is its own. */
    private void twoTables(int rows) {
        database()
                .execute(
                        "CREATE TYPE first AS (street text, zip text)",
                        "CREATE TYPE second AS (zip text, street text)",
                        "CREATE TABLE t1 (id int PRIMARY KEY, a first, n int)",
                        "CREATE TABLE t2 (id int PRIMARY KEY, a second, n int)",
                        "ALTER TABLE t2 ALTER a SET STORAGE EXTERNAL",
                        "INSERT INTO t1 SELECT i, ROW('s' || i, 'z' || i)::first FROM"
                                + " generate_series(1, "
                                + rows
                                + ") i",
                        "INSERT INTO t2 SELECT i, ROW('z' || i, 's' || i)::second FROM"
                                + " generate_series(1, "
                                + rows
                                + ") i");
    }

    private static TableEnvironment session() {
        TableEnvironment flink = SqlSession.streaming(1);
        // Nothing here is mended by a restart.
        flink.getConfig().set("restart-strategy.type", "none");
        return flink;
    }

    private LiveQuery query(String... options) {
        TableEnvironment flink = session();
        flink.executeSql(
                "CREATE TABLE t (id INT, source STRING, a ROW<zip STRING, street STRING>, n INT,"
                        + " PRIMARY KEY (source, id) NOT ENFORCED) WITH ('connector' ="
                        + " 'nanosync-pg', 'dsn' = '"
                        + database().dsn()
                        + "', 'pipeline' = 'rows', 'table-name' = 'public.t1, public.t2',"
                        + " 'table-column' = 'source'"
                        + String.join("", options)
                        + ")");
        return new LiveQuery(flink, SELECT);
    }

    private static void awaitRow(LiveQuery query, int id, String table) {
        Row row = Row.of(id, table, "s" + id, "z" + id);
        Await.until("row " + id + " of " + table, () -> query.changelog().contains(row));
    }

    @Test
    void theStreamOfATableGoesOnWhenAnothersTypeIsAltered() throws Exception {
        twoTables(1);
        LiveQuery query = query();
        awaitRow(query, 1, "public.t1");
        // From here on the stream runs: a start looks at all types.
        database().execute("INSERT INTO t1 VALUES (2, ('s2', 'z2'))");
        awaitRow(query, 2, "public.t1");
        database()
                .execute(
                        "ALTER TYPE first DROP ATTRIBUTE zip, ADD ATTRIBUTE city text",
                        "INSERT INTO t2 VALUES (2, ('z2', 's2'))");
        awaitRow(query, 2, "public.t2");
        // Values that are read again are proven for themselves.
        database()
                .execute(
                        "UPDATE t2 SET a = (repeat('z', 5000), 's1') WHERE id = 1",
                        "UPDATE t2 SET n = 1 WHERE id = 1",
                        "INSERT INTO t2 VALUES (3, ('z3', 's3'))");
        awaitRow(query, 3, "public.t2");
        database().execute("INSERT INTO t1 VALUES (4, ('s4', 'c4'))");
        assertThat(SqlSession.failure(query.job()))
                .contains(
                        "Cannot read column \"a\" of public.t1 as ROW in pipeline rows: type"
                                + " public.first was altered after the statement was planned");
        query.close();
        assertThat(query.soFar()).noneMatch(row -> row.toString().contains("c4"));
    }

    @Test
    void theSnapshotOfATableGoesOnWhenAnothersTypeIsAltered() throws Exception {
        twoTables(3);
        try (Connection connection = database().connect();
                Statement other = connection.createStatement()) {
            // The copy of the second table waits for the lock of its type.
            other.execute("BEGIN; ALTER TYPE second ADD ATTRIBUTE city text");
            LiveQuery query = query(", 'startup-mode' = 'snapshot'");
            query.awaitRows(3);
            database().execute("ALTER TYPE first DROP ATTRIBUTE zip, ADD ATTRIBUTE city text");
            assertThat(query.changelog())
                    .allMatch(row -> "public.t1".equals(row.getField(1)))
                    .hasSize(3);
            other.execute("ROLLBACK");
            query.job().getJobExecutionResult().get();
            for (int id = 1; id <= 3; id++) {
                awaitRow(query, id, "public.t2");
            }
            assertThat(query.changelog()).hasSize(6);
            query.close();
        }
    }

    private static final String COLUMN = "ALTER TABLE t DROP COLUMN a; ALTER TABLE t ADD COLUMN a ";

    private static final String OF_OTHER_TYPE = COLUMN + "other; UPDATE t SET a = ('z1', 's1')";

    private static final String OTHER_UNDER_ITS_NAME =
            "ALTER TYPE address RENAME TO former; ALTER TYPE other RENAME TO address; "
                    + COLUMN
                    + "address; UPDATE t SET a = ('z1', 's1')";

    private static final String OTHER_TABLE =
            "DROP TABLE t; CREATE TABLE t (id int PRIMARY KEY, a other);"
                    + " INSERT INTO t VALUES (1, ('z1', 's1'))";

    private static final String TABLE_AGAIN =
            "DROP TABLE t; CREATE TABLE t (id int PRIMARY KEY, a address);"
                    + " INSERT INTO t VALUES (1, ('s1', 'z1'))";

    private static final String OTHER_ARRAY = COLUMN + "other[]";

    /** Two types that look alike, and a table with a column of one of them. */
    private void oneTable() {
        database()
                .execute(
                        "CREATE TYPE address AS (street text, zip text)",
                        "CREATE TYPE other AS (zip text, street text)",
                        "CREATE TABLE t (id int PRIMARY KEY, a address)",
                        "INSERT INTO t VALUES (1, ('s1', 'z1'))");
    }

    private void declare(TableEnvironment flink, String dsn, String mode) {
        flink.executeSql(
                "CREATE TABLE t (id INT, a ROW<zip STRING, street STRING>, PRIMARY KEY (id) NOT"
                        + " ENFORCED) WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + dsn
                        + "', 'pipeline' = 'rows', 'table-name' = 'public.t', 'chunk-size' = '1',"
                        + " 'startup-mode' = '"
                        + mode
                        + "')");
    }

    /** A statement that is planned and yet to be started. */
    private StreamExecutionEnvironment planned(String dsn, String mode) {
        Configuration none = new Configuration();
        none.setString("restart-strategy.type", "none");
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(none);
        env.enableCheckpointing(200);
        StreamTableEnvironment flink = StreamTableEnvironment.create(env);
        declare(flink, dsn, mode);
        KeyedSink.create(flink, "sink", "id INT, street STRING, zip STRING", database().name());
        flink.createStatementSet()
                .addInsertSql("INSERT INTO sink SELECT id, a.street, a.zip FROM t")
                .attachAsDataStream();
        return env;
    }

    private Map<List<String>, String> sink() {
        return KeyedSink.table(database().name());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "initial|" + OF_OTHER_TYPE,
                "snapshot|" + OF_OTHER_TYPE,
                "initial|" + OTHER_UNDER_ITS_NAME,
                "snapshot|" + OTHER_UNDER_ITS_NAME,
                "initial|" + OTHER_TABLE,
                "snapshot|" + OTHER_TABLE,
                "initial|" + OTHER_ARRAY
            })
    void anotherColumnOrTableUnderTheNameIsRefusedAtTheStart(String mode, String replaces)
            throws Exception {
        oneTable();
        StreamExecutionEnvironment env = planned(database().dsn(), mode);
        database().execute(replaces);
        assertThat(SqlSession.failure(env.executeAsync()))
                .contains("Cannot read column \"a\"", "start the statement again");
        assertThat(sink()).isEmpty();
    }

    /** What is read by places are types: of which table a value is doesn't matter. */
    @ParameterizedTest
    @ValueSource(strings = {"initial", "snapshot"})
    void aTableThatWasCreatedAgainIsReadByItsTypes(String mode) throws Exception {
        oneTable();
        StreamExecutionEnvironment env = planned(database().dsn(), mode);
        database().execute(TABLE_AGAIN);
        JobClient job = env.executeAsync();
        Await.until("its row", () -> sink().containsValue("+I[1, s1, z1]"));
        if (mode.equals("initial")) {
            database()
                    .execute(
                            "ALTER TYPE address DROP ATTRIBUTE zip, ADD ATTRIBUTE city text",
                            "INSERT INTO t VALUES (2, ('s2', 'c2'))");
            assertThat(SqlSession.failure(job)).contains("type public.address was altered");
            assertThat(sink()).hasSize(1);
        } else {
            job.getJobExecutionResult().get();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                OF_OTHER_TYPE,
                OTHER_UNDER_ITS_NAME,
                OTHER_TABLE + "; ALTER PUBLICATION nanosync_pub_rows ADD TABLE t"
            })
    void anotherColumnOrTableUnderTheNameEndsTheStream(String replaces) throws Exception {
        oneTable();
        TableEnvironment flink = session();
        declare(flink, database().dsn(), "initial");
        LiveQuery query = new LiveQuery(flink, "SELECT id, a.street, a.zip FROM t");
        query.awaitRows(1);
        database().execute(replaces, "INSERT INTO t VALUES (2, ('z2', 's2'))");
        assertThat(SqlSession.failure(query.job())).contains("public.t");
        query.close();
        assertThat(query.soFar())
                .allMatch(row -> Row.of(1, "s1", "z1").equals(row) || row.getField(1) == null);
    }

    /** What it is called is no part of it. */
    @Test
    void aTypeThatIsRenamedGoesOn() throws Exception {
        oneTable();
        TableEnvironment flink = session();
        declare(flink, database().dsn(), "initial");
        try (LiveQuery query = new LiveQuery(flink, "SELECT id, a.street, a.zip FROM t")) {
            query.awaitRows(1);
            database()
                    .execute(
                            "CREATE SCHEMA crm",
                            "ALTER TYPE address RENAME TO location",
                            "ALTER TYPE location SET SCHEMA crm",
                            "INSERT INTO t VALUES (2, ('s2', 'z2'))");
            Await.until(
                    "the row behind it", () -> query.changelog().contains(Row.of(2, "s2", "z2")));
        }
    }

    /** A standby that lags doesn't know of the alteration that the rows have. */
    @Tag("long")
    @Test
    void anotherServerProvesNothing() throws Exception {
        ReplicatedPostgres both = ReplicatedPostgres.start(18);
        servers = both;
        database = both.createDatabase();
        oneTable();
        // So that pages are proven while the copy still runs, over another session.
        database().execute("INSERT INTO t VALUES (2, ('s2', 'z2')), (3, ('s3', 'z3'))");
        both.awaitStandbyHasAll();
        TcpProxy way = TcpProxy.to(both.ports().get(0));
        proxy = way;
        StreamExecutionEnvironment env = planned(database().through(way.port()).dsn(), "snapshot");
        both.standby().execute("SELECT pg_wal_replay_pause()");
        try (Connection connection = database().connect();
                Statement altering = connection.createStatement()) {
            altering.execute(
                    "BEGIN; ALTER TYPE address DROP ATTRIBUTE zip, ADD ATTRIBUTE city text");
            JobClient job = env.executeAsync();
            Await.until(
                    "the copy waits for who alters the type",
                    () ->
                            database()
                                            .queryLong(
                                                    "SELECT count(*) FROM pg_stat_activity WHERE"
                                                            + " query LIKE 'COPY %' AND wait_event"
                                                            + " = 'relation'")
                                    == 1);
            way.divertAll(both.ports().get(1));
            altering.execute("COMMIT");
            Await.until(
                    "the other server was asked", () -> way.diverted() > 1 || !sink().isEmpty());
            assertThat(sink()).isEmpty();
            way.divertNoMore();
            assertThat(SqlSession.failure(job)).contains("type public.address was altered");
            assertThat(sink()).isEmpty();
        }
    }
}
