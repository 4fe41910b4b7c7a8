package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.ReplicatedPostgres;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.time.Duration;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Composites as ROW beside promotions: what counts is what the new primary's types are. */
@Tag("long")
class PromotedRowITCase {

    private static final String SLOT = "nanosync_slot_public_t";

    private static final String REPLACES =
            "ALTER TYPE address DROP ATTRIBUTE zip, ADD ATTRIBUTE city text";

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final ReplicatedPostgres servers = ReplicatedPostgres.start(18);
    private final TestDatabase database = servers.createDatabase();
    private final TableEnvironment flink = SqlSession.streaming(1);

    @BeforeEach
    void create() {
        database.execute(
                "CREATE TYPE address AS (street text, zip text)",
                "CREATE TABLE t (id int PRIMARY KEY, a address)",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t VALUES (1, ('s1', 'z1'))");
        flink.getConfig().set("restart-strategy.type", "none");
        flink.executeSql(
                "CREATE TABLE t (id INT, a ROW<zip STRING, street STRING>, PRIMARY KEY (id) NOT"
                        + " ENFORCED) WITH ('connector' = 'nanosync-pg', 'failover-slots' = 'true',"
                        + " 'table-name' = 'public.t', 'dsn' = '"
                        + servers.dsn(database.name())
                        + "')");
    }

    @AfterEach
    void close() {
        servers.close();
    }

    private LiveQuery query() {
        return new LiveQuery(flink, "SELECT id, a.street, a.zip FROM t");
    }

    private static void insert(TestDatabase into, int id) {
        into.execute("INSERT INTO t VALUES (" + id + ", ('s" + id + "', 'z" + id + "'))");
    }

    private static void awaitRow(LiveQuery query, int id) {
        Await.until(
                "row " + id,
                PATIENCE,
                () -> query.changelog().contains(Row.of(id, "s" + id, "z" + id)));
    }

    @Test
    void rowsGoOnBehindAPromotionThatTakesAnAlterationBack() throws Exception {
        try (LiveQuery query = query()) {
            query.awaitRows(1);
            insert(database, 2);
            awaitRow(query, 2);
            servers.awaitSynced(SLOT);
            servers.awaitStandbyHasAll();
            servers.cutOffStandby();
            // Its rows aren't sent before the standby has them.
            database.execute(REPLACES, "INSERT INTO t VALUES (3, ('s3', 'c3'))");
            servers.failOver();
            TestDatabase now = servers.database(database.name());
            insert(now, 4);
            awaitRow(query, 4);
            insert(now, 5);
            awaitRow(query, 5);
            assertThat(query.changelog())
                    .containsExactly(
                            Row.of(1, "s1", "z1"),
                            Row.of(2, "s2", "z2"),
                            Row.of(4, "s4", "z4"),
                            Row.of(5, "s5", "z5"));
        }
    }

    @Test
    void anAlterationBehindAPromotionEndsTheJob() throws Exception {
        LiveQuery query = query();
        query.awaitRows(1);
        insert(database, 2);
        awaitRow(query, 2);
        servers.awaitSynced(SLOT);
        servers.switchOver();
        TestDatabase now = servers.database(database.name());
        insert(now, 3);
        awaitRow(query, 3);
        now.execute(REPLACES, "INSERT INTO t VALUES (4, ('s4', 'c4'))");
        assertThat(SqlSession.failure(query.job())).contains("type public.address was altered");
        query.close();
        assertThat(query.soFar()).hasSize(3);
    }

    /** Before the stream goes on there, so that its first rows have either form. */
    @Test
    void anAlterationRightBehindAPromotionEndsTheJob() throws Exception {
        LiveQuery query = query();
        query.awaitRows(1);
        insert(database, 2);
        awaitRow(query, 2);
        servers.awaitSynced(SLOT);
        servers.stopPrimary();
        servers.promote();
        TestDatabase now = servers.database(database.name());
        now.execute(
                "BEGIN; INSERT INTO t VALUES (3, ('s3', 'z3')); "
                        + REPLACES
                        + "; INSERT INTO t VALUES (4, ('s4', 'c4')); COMMIT");
        assertThat(SqlSession.failure(query.job())).contains("type public.address was altered");
        query.close();
        assertThat(query.soFar()).hasSize(2);
    }
}
