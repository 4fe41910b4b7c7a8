package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dividing tables while a pipeline starts. */
final class TableDivisionITCase {

    private TestDatabase database;
    private PgClient client;

    @BeforeEach
    void connect() {
        onVersion(18);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void onVersion(int major) {
        if (database != null) {
            database.close();
        }
        database = TestPostgres.shared(major).createDatabase();
        client = new JdbcPgClient(database.connectionConfig(), Duration.ofSeconds(60));
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, c int) WITH (fillfactor = 10)",
                "INSERT INTO t SELECT g, g FROM generate_series(1, 40000) g");
    }

    private SnapshotPlan begin(SourceConfig config) throws IOException {
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            return begin(config, session);
        }
    }

    private SnapshotPlan begin(SourceConfig config, PipelineSession session) throws IOException {
        return ((Beginning.FromSnapshot)
                        new Preparation(config, client, session, new MadeSlots()).begin())
                .plan();
    }

    private SourceConfig config(Partitioning by) {
        return Configs.dividedBy(
                Configs.of(database, "divided", new StartupMode.Snapshot(), "public.t"), by);
    }

    private static List<String> ranges(SnapshotPlan plan) {
        return plan.tables().get(0).files().get(0).ranges();
    }

    @Test
    void dividesByTheColumn() throws IOException {
        List<String> ranges = ranges(begin(config(new Partitioning.Minmax("c"))));
        assertThat(ranges).hasSizeBetween(8, 12).allMatch(range -> range.contains("\"c\""));
        assertThat(ranges(begin(config(new Partitioning.Ctid())))).isEmpty();
    }

    @Test
    void dividesNoSmallTable() throws IOException {
        database.execute("DELETE FROM t WHERE id > 1000", "VACUUM t");
        assertThat(ranges(begin(config(new Partitioning.Minmax("c"))))).isEmpty();
    }

    /** Ranges would read the whole table each, and the one worker gains nothing. */
    @Test
    void readsTablesWholeBefore14() throws IOException {
        onVersion(13);
        SnapshotPlan plan = begin(config(new Partitioning.Ntile("c")));
        assertThat(plan.workers()).isEqualTo(1);
        assertThat(plan.blocksPerSplit()).isEqualTo(Long.MAX_VALUE);
        assertThat(ranges(plan)).isEmpty();
    }

    @Test
    void makesNothingWhenTheColumnDoesNotFit() {
        SourceConfig config =
                Configs.dividedBy(
                        Configs.initial(database, "unfit", "public.t"),
                        new Partitioning.Ntile("gone"));
        assertThatThrownBy(() -> begin(config))
                .isInstanceOf(PgException.class)
                .hasMessageContaining("Table public.t has no column \"gone\"")
                .extracting(error -> ((PgException) error).recovery())
                .isEqualTo(PgException.Recovery.FAIL);
        assertThat(
                        database.queryLong(
                                "SELECT (SELECT count(*) FROM pg_publication) + (SELECT count(*)"
                                        + " FROM pg_replication_slots WHERE slot_name = '"
                                        + config.slot()
                                        + "')"))
                .isZero();
    }

    @Test
    void keepsNoLockOnTheTable() throws IOException {
        SourceConfig config = config(new Partitioning.Ntile("c"));
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            SnapshotPlan plan = begin(config, session);
            assertThat(ranges(plan)).isNotEmpty();
            database.execute("SET lock_timeout = '5s'; ALTER TABLE t ADD COLUMN more int");
        }
    }

    @Test
    void keptSnapshotThatIsDividedOtherwiseIsNotTakenOver() throws IOException {
        SourceConfig before = config(new Partitioning.Ntile("c"));
        SourceConfig after = config(new Partitioning.Minmax("c"));
        try (PipelineSession session = new PipelineSession(client, before.slot())) {
            SnapshotPlan plan = begin(before, session);
            assertThat(begin(before, session)).isEqualTo(plan);
            assertThat(begin(after, session).snapshot()).isNotEqualTo(plan.snapshot());
        }
    }

    /** The enumerator is closed while the server is at work: nothing goes on there. */
    @Test
    void serverStopsWhenItIsInterrupted() throws Exception {
        try (Keeper keeper = client.takeSnapshot();
                Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            TableFile file =
                    keeper.files((int) database.queryLong("SELECT 't'::regclass::oid::bigint"))
                            .get(0);
            owner.setAutoCommit(false);
            statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread dividing =
                    new Thread(
                            () -> {
                                try (TableDivision division =
                                        new TableDivision(client, keeper.identity(), 4, () -> {})) {
                                    division.divide(List.of(file), new Partitioning.Ntile("c"));
                                } catch (Throwable e) {
                                    failure.set(e);
                                }
                            });
            dividing.start();
            String waiting =
                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = " + file.oid();
            Await.until("the server is at work", () -> database.queryLong(waiting) == 1);
            dividing.interrupt();
            Await.until("it has ended here", () -> !dividing.isAlive());
            assertThat(failure.get())
                    .isInstanceOf(PgException.class)
                    .hasMessage("Interrupted while dividing table public.t");
            Await.until("it has ended there", () -> database.queryLong(waiting) == 0);
        }
    }

    /** It may take the server hours, and nobody else looks at the slot yet. */
    @Test
    void slotThatIsLostMeanwhileIsNoticedAtOnce() throws Exception {
        SourceConfig config =
                Configs.dividedBy(
                        Configs.initial(database, "lost", "public.t"), new Partitioning.Ntile("c"));
        try (Connection owner = database.connect();
                PipelineSession session = new PipelineSession(client, config.slot())) {
            owner.setAutoCommit(false);
            PgClient held = lockingBeforeItReads(owner);
            CompletableFuture<Throwable> failure =
                    CompletableFuture.supplyAsync(
                            () ->
                                    catchThrowable(
                                            new Preparation(config, held, session, new MadeSlots())
                                                    ::begin));
            awaitDividing();
            database.execute("SELECT pg_drop_replication_slot('" + config.slot() + "')");
            assertThat(failure.get(1, TimeUnit.MINUTES))
                    .hasMessageContaining(
                            "Replication slot \"" + config.slot() + "\" does not exist")
                    .extracting(error -> ((PgException) error).recovery())
                    .isEqualTo(PgException.Recovery.FAIL);
            Await.until("the server works no more", () -> database.queryLong(WAITING) == 0);
        }
    }

    /** From 18 on a slot that nobody uses may be invalidated for that. */
    @Test
    void slotIsKeptInUseMeanwhile() throws Exception {
        SourceConfig config = Configs.initial(database, "idle", "public.t");
        database.execute(
                "SELECT pg_create_logical_replication_slot('" + config.slot() + "', 'pgoutput')");
        try (Connection owner = database.connect();
                Keeper keeper = client.takeSnapshot();
                PipelineSession session = new PipelineSession(client, config.slot())) {
            owner.setAutoCommit(false);
            TableFile file =
                    keeper.files((int) database.queryLong("SELECT 't'::regclass::oid::bigint"))
                            .get(0);
            SlotWatch watch =
                    new SlotWatch(
                            config,
                            session,
                            () -> null,
                            Duration.ofMinutes(1),
                            Duration.ofMillis(100));
            CompletableFuture<List<SnapshotPlan.FilePlan>> plans =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try (TableDivision division =
                                        new TableDivision(
                                                lockingBeforeItReads(owner),
                                                keeper.identity(),
                                                4,
                                                watch::look,
                                                Duration.ofMillis(50))) {
                                    return division.divide(
                                            List.of(file), new Partitioning.Ntile("c"));
                                } catch (PgException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
            awaitDividing();
            String used =
                    "SELECT inactive_since FROM pg_replication_slots WHERE slot_name = '"
                            + config.slot()
                            + "'";
            String before = database.queryString(used);
            Await.until("it is used", () -> !database.queryString(used).equals(before));
            assertThat(plans).isNotDone();
            owner.rollback();
            assertThat(plans.get(1, TimeUnit.MINUTES).get(0).ranges()).isNotEmpty();
        }
    }

    private static final String WAITING =
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 't'::regclass";

    private void awaitDividing() {
        Await.until("the server is at work", () -> database.queryLong(WAITING) == 1);
    }

    /** A client whose sessions that read tables have to wait for another's transaction. */
    private PgClient lockingBeforeItReads(Connection owner) {
        return (PgClient)
                Proxy.newProxyInstance(
                        PgClient.class.getClassLoader(),
                        new Class<?>[] {PgClient.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("openSnapshot")) {
                                owner.createStatement()
                                        .execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
                            }
                            try {
                                return method.invoke(client, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}
