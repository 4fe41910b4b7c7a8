package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pipeline without state begins with a snapshot, and the slot is there already. */
final class SlotMadeByHandITCase {

    private TestDatabase database;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(18).createDatabase();
        database.execute("CREATE TABLE t (id int PRIMARY KEY, note text)");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static PipelineSession session(TestDatabase at, SourceConfig config) {
        return new PipelineSession(client(at), config.slot());
    }

    private static PgClient client(TestDatabase at) {
        return new JdbcPgClient(at.connectionConfig(), Duration.ofSeconds(60));
    }

    private static Preparation preparation(
            TestDatabase at, SourceConfig config, PipelineSession session) {
        return new Preparation(config, client(at), session, new MadeSlots());
    }

    private static SnapshotPlan begin(Preparation preparation) throws IOException {
        return ((Beginning.FromSnapshot) preparation.begin()).plan();
    }

    /** On another thread: it waits. */
    private static CompletableFuture<SnapshotPlan> beginning(
            TestDatabase at, SourceConfig config, PipelineSession session) {
        CompletableFuture<SnapshotPlan> plan =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return begin(preparation(at, config, session));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        Await.until(
                "it waits for transactions",
                () ->
                        at.queryLong(
                                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE"
                                                + " '%pg_snapshot_xmin%' AND datname ="
                                                + " current_database() AND pid <>"
                                                + " pg_backend_pid()")
                                > 0);
        assertThat(plan).isNotDone();
        return plan;
    }

    private static void assertShowsAllThatHadBegun(CompletableFuture<SnapshotPlan> plan)
            throws Exception {
        assertThat(plan.get(60, TimeUnit.SECONDS).boundaries().get(0).running()).isEmpty();
    }

    private static String madeByHand(SourceConfig config) {
        return "SELECT pg_create_logical_replication_slot('" + config.slot() + "', 'pgoutput')";
    }

    /** So that no transaction that ends behind an open one tells that it is there. */
    private static String published(SourceConfig config) {
        return "CREATE PUBLICATION " + config.publication() + " FOR TABLE t";
    }

    private long slots() {
        return database.queryLong(
                "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()");
    }

    /** What the pipeline didn't make it never drops. */
    @Test
    void staysWhenTheSnapshotIsLost() throws IOException {
        SourceConfig config = Configs.initial(database, "hand", "public.t");
        database.execute(madeByHand(config));
        try (PipelineSession session = session(database, config)) {
            Preparation preparation = preparation(database, config, session);
            SnapshotPlan plan = begin(preparation);
            assertThat(plan.boundaries()).hasSize(1);
            assertThat(begin(preparation)).isEqualTo(plan);
            database.execute("INSERT INTO t VALUES (1, 'between')");
            SnapshotPlan again = preparation.restart(new LostSnapshot(plan, Set.of(), Set.of()));
            assertThat(again.consistentPoint().isAfter(plan.consistentPoint())).isTrue();
            assertThat(slots()).isEqualTo(1);
            session.releaseSnapshot();
            database.queryList(
                    "SELECT pg_replication_slot_advance('"
                            + config.slot()
                            + "', pg_current_wal_lsn())");
            assertThatThrownBy(
                            () -> preparation.restart(new LostSnapshot(plan, Set.of(), Set.of())))
                    .hasMessageContaining("is older than the slot");
        }
    }

    @Test
    void snapshotWaitsForTransactionsThatAreOpen() throws Exception {
        SourceConfig config = Configs.initial(database, "waits", "public.t");
        database.execute(madeByHand(config), published(config));
        try (PipelineSession session = session(database, config);
                Connection open = database.connect()) {
            open.setAutoCommit(false);
            open.createStatement().execute("INSERT INTO t VALUES (1, 'open')");
            CompletableFuture<SnapshotPlan> plan = beginning(database, config, session);
            open.commit();
            assertShowsAllThatHadBegun(plan);
        }
    }

    /**
     * Its commit is in the WAL, in front of where the stream would begin, and no snapshot shows it.
     */
    @Test
    void snapshotWaitsForACommitThatAwaitsAStandby() throws Exception {
        try (TestPostgres server = TestPostgres.start(18);
                TestDatabase away = server.createDatabase()) {
            SourceConfig config = Configs.initial(away, "standby", "public.t");
            away.execute(
                    "CREATE TABLE t (id int PRIMARY KEY, note text)",
                    madeByHand(config),
                    published(config),
                    "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
                    "SELECT pg_reload_conf()");
            CompletableFuture<Void> committing =
                    CompletableFuture.runAsync(
                            () -> away.execute("INSERT INTO t VALUES (1, 'in the WAL')"));
            String waiting =
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND"
                            + " datname = current_database()";
            Await.until("the commit awaits its standby", () -> away.queryLong(waiting) == 1);
            try (PipelineSession session = session(away, config)) {
                CompletableFuture<SnapshotPlan> plan = beginning(away, config, session);
                assertThat(away.queryLong(waiting)).isEqualTo(1);
                standbyIsThere(away);
                committing.get(60, TimeUnit.SECONDS);
                assertShowsAllThatHadBegun(plan);
            } finally {
                standbyIsThere(away);
            }
        }
    }

    private static void standbyIsThere(TestDatabase at) {
        at.execute("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
    }

    /** Its maker waits for a transaction: it is neither gone nor streamed from. */
    @Test
    void isWaitedForWhileItIsBeingMade() throws Exception {
        SourceConfig config = Configs.initial(database, "making", "public.t");
        try (PipelineSession session = session(database, config);
                Connection open = database.connect()) {
            open.setAutoCommit(false);
            open.createStatement().execute("INSERT INTO t VALUES (1, 'open')");
            CompletableFuture<Void> making =
                    CompletableFuture.runAsync(() -> database.execute(madeByHand(config)));
            Await.until("the slot is being made", () -> slots() == 1);
            Preparation preparation = preparation(database, config, session);
            assertThatThrownBy(preparation::begin)
                    .hasMessageContaining("is active for PID")
                    .extracting(error -> ((PgException) error).recovery())
                    .isEqualTo(PgException.Recovery.WAIT);
            open.rollback();
            making.get(60, TimeUnit.SECONDS);
            assertThat(begin(preparation).end()).isNotNull();
        }
    }

    /** What an error says to run mends it, also where the pipeline has had a slot before. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void adviceOfTheInitialModeMendsASlotThatIsTooOld(boolean hadOne, @TempDir Path folder)
            throws IOException {
        String stateDir = folder.toUri().toString();
        SourceConfig initial =
                Configs.withStateDir(Configs.initial(database, "advice", "public.t"), stateDir);
        SourceConfig config =
                Configs.withStateDir(
                        Configs.of(database, "advice", new StartupMode.Slot(), "public.t"),
                        stateDir);
        try (PipelineSession session = session(database, config)) {
            if (hadOne) {
                begin(preparation(database, initial, session));
                session.releaseSnapshot();
                database.execute(FreshSnapshot.dropSlot(config.slot()));
            }
            database.execute(
                    madeByHand(config),
                    "DROP PUBLICATION IF EXISTS " + config.publication(),
                    published(config));
            String error =
                    catchThrowable(preparation(database, config, session)::begin).getMessage();
            assertThat(error).contains("is not known to be newer").contains("to initial");
            if (error.contains("drop the slot with the first of these two")) {
                Matcher drop =
                        Pattern.compile("SELECT pg_drop_replication_slot[^;]*;").matcher(error);
                assertThat(drop.find()).isTrue();
                database.execute(drop.group());
            }
            SnapshotPlan plan = begin(preparation(database, initial, session));
            assertThat(plan.end() == null).isEqualTo(hadOne);
        }
    }
}
