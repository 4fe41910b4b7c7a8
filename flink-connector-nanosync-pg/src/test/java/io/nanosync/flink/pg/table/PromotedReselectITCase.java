package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.ReplicatedPostgres;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Values are read again beside promotions: never what one takes back, nor of who was primary; and
 * the job goes on without a restart.
 */
@Tag("long")
class PromotedReselectITCase {

    private static final String SLOT = "nanosync_slot_public_t";

    /** Sessions that wait until what they see is there to stay. */
    private static final String WAITING =
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%AS flushed%' AND pid <>"
                    + " pg_backend_pid()";

    private final ReplicatedPostgres servers = ReplicatedPostgres.start(18);
    private final TestDatabase database = servers.createDatabase();
    private final TableEnvironment flink = SqlSession.streaming(1);

    @BeforeEach
    void create() {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, n int, doc text NOT NULL)",
                "ALTER TABLE t ALTER COLUMN doc SET STORAGE EXTERNAL",
                "INSERT INTO t VALUES (1, 1, repeat('a', 3000))");
        flink.getConfig().set("restart-strategy.type", "none");
        flink.executeSql(
                "CREATE TABLE t (id INT, n INT, doc STRING NOT NULL, PRIMARY KEY (id) NOT ENFORCED)"
                        + " WITH ('connector' = 'nanosync-pg', 'failover-slots' = 'true',"
                        + " 'table-name' = 'public.t', 'dsn' = '"
                        + servers.dsn(database.name())
                        + "')");
    }

    @AfterEach
    void close() {
        servers.close();
    }

    private static void await(LiveQuery query, int n) {
        Await.until(
                "n is " + n, Duration.ofSeconds(120), () -> query.byKey().get(1).get(1).equals(n));
    }

    /** What came downstream, and that it is as in PostgreSQL. */
    private static void assertSame(LiveQuery query, TestDatabase now) {
        now.execute("INSERT INTO t VALUES (2, 0, 'end')");
        Await.until("the end", Duration.ofSeconds(120), () -> query.byKey().containsKey(2));
        assertThat(String.valueOf(query.byKey().get(1).get(2)))
                .isEqualTo(now.queryString("SELECT doc FROM t WHERE id = 1"));
    }

    @Test
    void whatAPromotionTakesBackIsNotRead() throws Exception {
        try (LiveQuery query = new LiveQuery(flink, "SELECT * FROM t")) {
            query.awaitRows(1);
            // Opens the connection that reads again.
            database.execute("UPDATE t SET n = 2");
            await(query, 2);
            servers.awaitSynced(SLOT);
            try (Connection writer = database.connect();
                    Statement statement = writer.createStatement()) {
                statement.execute(
                        "BEGIN; UPDATE t SET n = 3; COMMIT; BEGIN; LOCK TABLE t IN ACCESS"
                                + " EXCLUSIVE MODE");
                Await.until(
                        "the value is to be read",
                        Duration.ofSeconds(60),
                        () ->
                                database.queryLong(
                                                "SELECT count(*) FROM pg_stat_activity WHERE"
                                                        + " wait_event_type = 'Lock' AND query"
                                                        + " LIKE '%LOCK TABLE ONLY%'")
                                        == 1);
                servers.cutOffStandby();
                statement.execute("UPDATE t SET doc = repeat('b', 3000); COMMIT");
            }
            Await.until(
                    "the standby is waited for",
                    Duration.ofSeconds(60),
                    () -> database.queryLong(WAITING) == 1);
            servers.failOver();
            assertSame(query, servers.database(database.name()));
        }
    }

    @Test
    void formerPrimaryIsNotRead() throws Exception {
        try (LiveQuery query = new LiveQuery(flink, "SELECT * FROM t")) {
            query.awaitRows(1);
            database.execute("UPDATE t SET n = 2");
            await(query, 2);
            servers.awaitSynced(SLOT);
            servers.switchOver();
            TestDatabase now = servers.database(database.name());
            now.execute("UPDATE t SET doc = repeat('b', 3000), n = 3");
            await(query, 3);
            servers.startFormer();
            // So that it has the ids of transactions, and more WAL.
            TestDatabase former = servers.former(database.name());
            former.execute("CREATE TABLE other (x text)");
            for (int i = 0; i < 40; i++) {
                former.execute("INSERT INTO other VALUES (repeat('x', 100000))");
            }
            former.execute(
                    "INSERT INTO other SELECT repeat('x', 1000) FROM generate_series(1, 40000)");
            now.execute("UPDATE t SET n = 4");
            Await.until(
                    "it was asked",
                    Duration.ofSeconds(60),
                    () ->
                            former.queryLong(
                                            "SELECT count(*) FROM pg_stat_activity WHERE"
                                                    + " application_name LIKE 'nanosync%'")
                                    > 0);
            servers.stopFormer();
            await(query, 4);
            assertSame(query, now);
        }
    }
}
