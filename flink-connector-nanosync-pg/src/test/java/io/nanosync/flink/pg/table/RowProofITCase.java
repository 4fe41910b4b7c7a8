package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where the types of columns that are read as ROW can't be asked for, or a copy waits for who
 * alters one: the job goes on as soon as that has ended, without a restart, and each row comes
 * once.
 */
class RowProofITCase {

    private static final String REPLACES =
            "ALTER TYPE address DROP ATTRIBUTE zip, ADD ATTRIBUTE city text";

    /** Of sessions that were asked last what types are made of. */
    private static final String PROVING = "query LIKE '%a.attisdropped, a.xmin%'";

    /** More than sockets and buffers hold. */
    private static final int MANY = 20_000;

    private @Nullable TcpProxy proxy;
    private TestDatabase database;

    private void on(int major, int rows) {
        database = TestPostgres.shared(major).createDatabase();
        database.execute(
                "CREATE TYPE address AS (street text, zip text)",
                "CREATE TABLE t (id int PRIMARY KEY, a address, filler text DEFAULT repeat('x',"
                        + " 1000))",
                "INSERT INTO t SELECT i, ROW('s' || i, 'z' || i)::address FROM generate_series(1, "
                        + rows
                        + ") i");
    }

    @AfterEach
    void drop() {
        if (proxy != null) {
            proxy.close();
        }
        database.close();
    }

    private static LiveQuery query(String dsn, String... options) {
        TableEnvironment flink = SqlSession.streaming(1);
        flink.getConfig().set("restart-strategy.type", "none");
        flink.executeSql(
                "CREATE TABLE t (id INT, a ROW<zip STRING, street STRING>, filler STRING, PRIMARY"
                        + " KEY (id) NOT ENFORCED) WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + dsn
                        + "', 'pipeline' = 'rows', 'table-name' = 'public.t'"
                        + String.join("", options)
                        + ")");
        return new LiveQuery(flink, "SELECT id, a.street, a.zip, CHAR_LENGTH(filler) FROM t");
    }

    private static final String[] SMALL_PAGES = {
        ", 'startup-mode' = 'snapshot'", ", 'chunk-size' = '10'"
    };

    /** Read by one COPY. */
    private static final String[] IN_ONE = {
        SMALL_PAGES[0], SMALL_PAGES[1], ", 'ctid-partition-blocks' = '1000000'"
    };

    private static Row row(int id) {
        return Row.of(id, "s" + id, "z" + id, 1000);
    }

    /** Each row of the table once, and as it was written. */
    private static void assertWhole(LiveQuery query, int rows) {
        List<Row> changes = query.changelog();
        assertThat(changes.size()).isEqualTo(rows);
        assertThat(changes.stream().distinct().count()).isEqualTo(rows);
        assertThat(changes.stream().filter(row -> !row.equals(row((Integer) row.getField(0)))))
                .isEmpty();
    }

    /** The process of a COPY that waits for the lock of a type. */
    private long awaitWaiting(long other) {
        return Await.value(
                "a copy waits for who alters the type",
                Duration.ofMinutes(2),
                () -> {
                    long pid =
                            database.queryLong(
                                    "SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE"
                                            + " datname = current_database() AND query LIKE 'COPY"
                                            + " %' AND wait_event = 'relation'");
                    return pid == 0 || pid == other ? null : pid;
                });
    }

    /** The server's time-out for locks ends the first copy, and the next one waits again. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void aCopyThatWaitsForAnAlterationGoesOnBehindItsRollback(int major) throws Exception {
        on(major, MANY);
        try (Connection open = database.connect();
                Statement altering = open.createStatement();
                LiveQuery query = query(database.dsn(), IN_ONE)) {
            query.awaitRows(10);
            altering.execute("BEGIN; " + REPLACES);
            assertThat(
                            database.queryLong(
                                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                            + " WHERE datname = current_database() AND query LIKE"
                                            + " 'COPY %' AND state = 'active'"))
                    .isEqualTo(1);
            awaitWaiting(awaitWaiting(0));
            assertThat(query.changelog()).hasSizeLessThan(MANY);
            altering.execute("ROLLBACK");
            query.job().getJobExecutionResult().get();
            query.awaitRows(MANY);
            assertWhole(query, MANY);
        }
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void aCopyThatWaitedForAnAlterationIsRefusedBehindItsCommit(int major) throws Exception {
        on(major, 1);
        try (Connection open = database.connect();
                Statement altering = open.createStatement()) {
            altering.execute("BEGIN; " + REPLACES);
            LiveQuery query = query(database.dsn(), SMALL_PAGES);
            awaitWaiting(awaitWaiting(0));
            altering.execute("COMMIT");
            assertThat(SqlSession.failure(query.job())).contains("type public.address was altered");
            query.close();
            assertThat(query.soFar()).isEmpty();
        }
    }

    /** What holds it up is named, and how to find it. */
    @Tag("long")
    @Test
    void aCopyThatWaitsForTooLongSaysForWhat() throws Exception {
        on(18, 1);
        try (Connection open = database.connect();
                Statement altering = open.createStatement()) {
            altering.execute("BEGIN; " + REPLACES);
            LiveQuery query =
                    query(
                            database.dsn(),
                            ", 'startup-mode' = 'snapshot'",
                            ", 'max-reconnect-attempts' = '0'");
            assertThat(SqlSession.failure(query.job()))
                    .contains("Cannot read", "public.t", "lock timeout")
                    .contains("Another session holds a lock; find it with: SELECT pid");
            query.close();
            assertThat(query.soFar()).isEmpty();
            altering.execute("ROLLBACK");
        }
    }

    /**
     * Neither side takes the other for gone meanwhile; or the next connection waits in its place.
     */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(ints = {14, 18})
    void aStreamThatWaitsForLongerThanItsTimeOutGoesOn(int major) throws Exception {
        on(major, 1);
        try (Connection open = database.connect();
                Statement altering = open.createStatement();
                Connection knowing = database.connect();
                Statement writer = knowing.createStatement();
                LiveQuery query = query(database.dsn(), ", 'wal-sender-timeout' = '2s'")) {
            query.awaitRows(1);
            writer.execute("SELECT ROW('s', 'z')::address");
            altering.execute("BEGIN; " + REPLACES);
            writer.execute("INSERT INTO t VALUES (2, ('s2', 'z2'))");
            Await.until(
                    "the stream waits for long",
                    () ->
                            database.queryLong(
                                            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity"
                                                    + " a USING (pid) WHERE a.datname ="
                                                    + " current_database() AND a.backend_type ="
                                                    + " 'walsender' AND NOT l.granted AND"
                                                    + " l.waitstart < clock_timestamp() - interval"
                                                    + " '7 s'")
                                    > 0);
            altering.execute("ROLLBACK");
            query.awaitRows(2);
            database.execute("INSERT INTO t VALUES (3, ('s3', 'z3'))");
            query.awaitRows(3);
            assertWhole(query, 3);
        }
    }

    @Test
    void theSnapshotGoesOnWhenTheSessionThatProvesEnds() throws Exception {
        on(18, MANY);
        try (LiveQuery query = query(database.dsn(), SMALL_PAGES)) {
            for (int i = 1; i <= 3; i++) {
                query.awaitRows(i * 1000);
                Await.until(
                        "a session that proves is ended",
                        () ->
                                database.queryLong(
                                                "SELECT count(pg_terminate_backend(pid)) FROM"
                                                        + " pg_stat_activity WHERE pid <>"
                                                        + " pg_backend_pid() AND datname ="
                                                        + " current_database() AND "
                                                        + PROVING)
                                        > 0);
            }
            query.job().getJobExecutionResult().get();
            query.awaitRows(MANY);
            assertWhole(query, MANY);
        }
    }

    @Test
    void theSnapshotGoesOnWhenNoSessionThatProvesIsLetInForAWhile() throws Exception {
        TestPostgres server = TestPostgres.shared(18);
        on(18, MANY);
        String role = "reader_" + database.name();
        database.execute(
                "CREATE ROLE " + role + " LOGIN PASSWORD 'secret'", "GRANT SELECT ON t TO " + role);
        try (LiveQuery query =
                query(database.dsn().replace("postgres@", role + ":secret@"), SMALL_PAGES)) {
            query.awaitRows(1000);
            Await.until(
                    "the session that proves is ended, and no other is let in",
                    () ->
                            database.queryLong(
                                            "SELECT count(pg_terminate_backend(pid)) FROM"
                                                    + " pg_stat_activity WHERE usename = '"
                                                    + role
                                                    + "' AND "
                                                    + PROVING)
                                    > 0);
            database.execute("ALTER ROLE " + role + " CONNECTION LIMIT 0");
            Await.until(
                    "one was refused",
                    () ->
                            Files.readString(server.folder().resolve("server.log"))
                                    .contains("too many connections for role \"" + role));
            int soFar = query.changelog().size();
            assertThat(soFar).isLessThan(MANY);
            database.execute("ALTER ROLE " + role + " CONNECTION LIMIT -1");
            query.job().getJobExecutionResult().get();
            query.awaitRows(MANY);
            assertWhole(query, MANY);
        } finally {
            database.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
        }
    }

    /** No row comes as long as none can be proven, and then each comes once. */
    @Test
    void theStreamGoesOnWhenItsSessionBreaksWhereverItIsAsked() throws Exception {
        on(18, 1);
        TcpProxy way = TcpProxy.to(database.port());
        proxy = way;
        try (LiveQuery query = query(database.through(way.port()).dsn())) {
            query.awaitRows(1);
            database.execute("INSERT INTO t VALUES (2, ('s2', 'z2'))");
            query.awaitRows(2);
            way.cutEachAfter("a.attisdropped, a.xmin", 0);
            int before = way.connections();
            database.execute(
                    "INSERT INTO t VALUES (3, ('s3', 'z3')), (4, ('s4', 'z4'))",
                    "INSERT INTO t VALUES (5, ('s5', 'z5'))");
            // Each time at least two are opened.
            Await.until("it was asked again", () -> way.connections() >= before + 4);
            assertThat(query.changelog()).hasSize(2);
            way.cutEachAfter("nothing that is sent", 0);
            query.awaitRows(5);
            database.execute("INSERT INTO t VALUES (6, ('s6', 'z6'))");
            query.awaitRows(6);
            assertWhole(query, 6);
        }
    }
}
