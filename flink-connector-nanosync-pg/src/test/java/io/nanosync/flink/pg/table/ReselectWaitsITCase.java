package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Values can't be read again at once. A commit that waits for a synchronous standby is in the WAL,
 * and sent, while its transaction goes on for everybody else: its changes aren't seen, and its
 * locks are held.
 */
class ReselectWaitsITCase {

    /** Of the sessions that read rows. */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

    private static final String LOOKUPS =
            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%LOCK"
                    + " TABLE ONLY \"public\".\"t\" IN ACCESS SHARE MODE%'";

    private final TestPostgres server = TestPostgres.start(18);
    private final TestDatabase database = server.createDatabase();
    private final TableEnvironment flink = SqlSession.streaming(1);

    @BeforeEach
    void create() {
        // Nothing here is mended by a restart.
        flink.getConfig().set("restart-strategy.type", "none");
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, n int, doc text NOT NULL)",
                "ALTER TABLE t ALTER COLUMN doc SET STORAGE EXTERNAL",
                "INSERT INTO t VALUES (1, 1, repeat('a', 3000))");
        flink.executeSql(
                "CREATE TABLE t (id INT, n INT, doc STRING NOT NULL, PRIMARY KEY (id) NOT ENFORCED)"
                        + " WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'table-name' = 'public.t')");
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** Runs a transaction whose commit waits until {@link #release}. */
    private CompletableFuture<Void> commitHeldUp(String statements) {
        database.execute(
                "ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()");
        Await.until(
                "commits wait for a standby",
                () -> database.queryString("SHOW synchronous_standby_names").equals("nobody"));
        return CompletableFuture.runAsync(
                () -> database.execute("BEGIN; " + statements + "; COMMIT"));
    }

    private void release() {
        database.execute(
                "SET synchronous_commit = local",
                "ALTER SYSTEM RESET synchronous_standby_names",
                "SELECT pg_reload_conf()");
    }

    private static List<Object> row(int n, String letter) {
        return List.of(1, n, letter.repeat(3000));
    }

    /** What is seen before that is older than the change in front, which has come. */
    @Test
    void aValueIsNotReadBeforeItsTransactionIsSeen() throws Exception {
        try (LiveQuery query = new LiveQuery(flink, "SELECT * FROM t")) {
            query.awaitRows(1);
            CompletableFuture<Void> commit =
                    commitHeldUp("UPDATE t SET doc = repeat('b', 3000); UPDATE t SET n = 2");
            Await.until(
                    "a lookup found its transaction unseen",
                    () ->
                            database.queryLong(
                                            "SELECT count(*) FROM pg_stat_activity WHERE state ="
                                                    + " 'idle' AND query = 'ROLLBACK'")
                                    > 0);
            release();
            commit.get();
            Await.until(
                    "the update is there with its own value",
                    () -> query.byKey().containsValue(row(2, "b")));
            assertThat(query.changelog())
                    .noneMatch(
                            change ->
                                    change.getField(1).equals(2)
                                            && String.valueOf(change.getField(2)).startsWith("a"));
        }
    }

    @Test
    void aStatementThatWaitsForALockCanBeCancelled() throws Exception {
        CompletableFuture<Void> commit;
        long cancelled;
        try (LiveQuery query = new LiveQuery(flink, "SELECT * FROM t")) {
            query.awaitRows(1);
            commit = commitHeldUp("LOCK TABLE t IN ACCESS EXCLUSIVE MODE; UPDATE t SET n = 2");
            Await.until(
                    "a lookup waits for the lock", () -> database.queryList(LOOKUPS).size() == 1);
            cancelled = System.nanoTime();
        }
        // Before it would have given up by itself.
        assertThat(Duration.ofNanos(System.nanoTime() - cancelled)).isLessThan(LOCK_TIMEOUT);
        // Cancelled, with the lock still held; and nobody waits for it on the server.
        assertThat(commit).isNotDone();
        Await.until("the lookup is gone", () -> database.queryList(LOOKUPS).isEmpty());
        release();
        commit.get();
    }

    @Test
    void aLookupWhoseConnectionBreaksIsDoneAgain() throws Exception {
        try (LiveQuery query = new LiveQuery(flink, "SELECT * FROM t")) {
            query.awaitRows(1);
            CompletableFuture<Void> commit =
                    commitHeldUp("LOCK TABLE t IN ACCESS EXCLUSIVE MODE; UPDATE t SET n = 2");
            String first =
                    Await.value(
                            "a lookup waits for the lock",
                            () -> {
                                List<?> waiting = database.queryList(LOOKUPS);
                                return waiting.isEmpty() ? null : String.valueOf(waiting.get(0));
                            });
            database.execute("SELECT pg_terminate_backend(" + first + ")");
            Await.until(
                    "another lookup waits for the lock",
                    () -> {
                        List<?> waiting = database.queryList(LOOKUPS);
                        return waiting.size() == 1 && !waiting.get(0).equals(first);
                    });
            release();
            commit.get();
            Await.until("the update is there", () -> query.byKey().containsValue(row(2, "a")));
        }
    }
}
