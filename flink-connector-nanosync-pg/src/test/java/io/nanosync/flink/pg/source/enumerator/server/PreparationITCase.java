package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SlotUntoldException;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done on the server before the first split, while somebody else works there too. */
final class PreparationITCase {

    private TestDatabase database;
    private PgClient client;
    private final MadeSlots made = new MadeSlots();

    @BeforeEach
    void connect() {
        database = TestPostgres.shared(18).createDatabase();
        database.execute("CREATE TABLE t (id int PRIMARY KEY, note text)");
        client = new JdbcPgClient(database.connectionConfig(), Duration.ofSeconds(60));
    }

    @AfterEach
    void close() {
        database.close();
    }

    /**
     * Creating a slot may wait for half an hour. The rows would be read in the type that the column
     * had before: a jsonb as text, with its version in front.
     */
    @Test
    void tableThatIsAlteredBeforeTheSnapshotIsTakenIsNotReadAsItWas() throws IOException {
        refusesWhenAltered(Configs.initial(database, "altered", "public.t"));
    }

    @Test
    void theSameWithoutASlot() throws IOException {
        refusesWhenAltered(Configs.of(database, "altered", new StartupMode.Snapshot(), "public.t"));
    }

    /** Between planning and the beginning: rows that its consumer takes for one came twice. */
    @Test
    void snapshotOfATableWithoutTheKeyIsRefused() throws IOException {
        SourceConfig config =
                Configs.of(database, "keyless", new StartupMode.Snapshot(), "public.t")
                        .applyingBy(List.of("id"));
        database.execute("ALTER TABLE t DROP CONSTRAINT t_pkey");
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            assertThatThrownBy(() -> new Preparation(config, client, session, made).begin())
                    .isInstanceOf(PgException.class)
                    .hasMessageContaining("Rows of public.t are told apart by its key (id)")
                    .extracting(error -> ((PgException) error).recovery())
                    .isEqualTo(PgException.Recovery.FAIL);
        }
    }

    private void refusesWhenAltered(SourceConfig config) throws IOException {
        PgClient altering =
                new BeforeSnapshot(
                        client,
                        database,
                        "ALTER TABLE t ALTER COLUMN note TYPE jsonb USING to_jsonb(note)");
        try (PipelineSession session = new PipelineSession(altering, config.slot())) {
            assertThatThrownBy(() -> new Preparation(config, altering, session, made).begin())
                    .isInstanceOf(PgException.class)
                    .hasMessageContaining("Table public.t was altered")
                    .extracting(error -> ((PgException) error).recovery())
                    .isEqualTo(PgException.Recovery.RETRY);
            assertThat(session.livePlan()).isNull();
        }
        assertThat(left()).isZero();

        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            preparation(config, session).begin();
            assertThat(session.livePlan().schemas().get(0).columns().get(1).type().name())
                    .isEqualTo("jsonb");
        }
    }

    /** A snapshot of which no table is finished. */
    private static LostSnapshot unread(SnapshotPlan plan) {
        return new LostSnapshot(plan, Set.of(), Set.of());
    }

    /** A savepoint of the snapshot, restored when the pipeline had streamed for a while. */
    @Test
    void slotThatHasMovedOnIsNotDroppedForALostSnapshot() throws IOException {
        SourceConfig config = Configs.initial(database, "moved", "public.t");
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            Preparation preparation = preparation(config, session);
            SnapshotPlan plan = ((Beginning.FromSnapshot) preparation.begin()).plan();
            session.releaseSnapshot();
            database.execute("INSERT INTO t VALUES (1, 'streamed since')");
            database.queryList(
                    "SELECT pg_replication_slot_advance('"
                            + config.slot()
                            + "', pg_current_wal_lsn())");
            assertThatThrownBy(() -> preparation.restart(unread(plan)))
                    .isInstanceOf(PgException.class)
                    .hasMessageContaining(config.slot())
                    .hasMessageContaining("is older than the slot")
                    .hasMessageContaining(plan.consistentPoint().toString())
                    .hasMessageContaining(FreshSnapshot.remedy(config))
                    .extracting(error -> ((PgException) error).recovery())
                    .isEqualTo(PgException.Recovery.FAIL);
            assertThat(slots()).isEqualTo(1);
        }
    }

    @Test
    void slotThatHasNotMovedIsMadeAnewForALostSnapshot() throws IOException {
        SourceConfig config = Configs.initial(database, "unmoved", "public.t");
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            Preparation preparation = preparation(config, session);
            SnapshotPlan plan = ((Beginning.FromSnapshot) preparation.begin()).plan();
            session.releaseSnapshot();
            session.tell(control -> control.touchSlot(config.slot(), plan.consistentPoint()));
            assertThat(
                            preparation
                                    .restart(unread(plan))
                                    .consistentPoint()
                                    .isAfter(plan.consistentPoint()))
                    .isTrue();
        }
    }

    /**
     * The job fails again before a checkpoint holds the new snapshot: its state is of the first.
     */
    @Test
    void snapshotThatIsLostTwiceWithinACheckpointIsNoOldState() throws IOException {
        SourceConfig config = Configs.initial(database, "twice", "public.t");
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            SnapshotPlan plan =
                    ((Beginning.FromSnapshot) preparation(config, session).begin()).plan();
            preparation(config, session).restart(unread(plan));
            preparation(config, session).restart(unread(plan));
            assertThat(slots()).isEqualTo(1);
        }
    }

    /** The same when the JobManager's process died as well: the state directory tells. */
    @Test
    void norIsItInAnotherProcess(@TempDir Path folder) throws IOException {
        SourceConfig config =
                Configs.withStateDir(
                        Configs.initial(database, "process", "public.t"),
                        folder.toUri().toString());
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            SnapshotPlan plan =
                    ((Beginning.FromSnapshot) preparation(config, session).begin()).plan();
            inAnotherProcess(config, session).restart(unread(plan));
            inAnotherProcess(config, session).restart(unread(plan));
            database.execute("INSERT INTO t VALUES (1, 'streamed since')");
            database.queryList(
                    "SELECT pg_replication_slot_advance('"
                            + config.slot()
                            + "', pg_current_wal_lsn())");
            assertThatThrownBy(() -> inAnotherProcess(config, session).restart(unread(plan)))
                    .hasMessageContaining("is older than the slot");
        }
    }

    private Preparation inAnotherProcess(SourceConfig config, PipelineSession session) {
        session.releaseSnapshot();
        return new Preparation(config, client, session, new MadeSlots());
    }

    @Test
    void keptSnapshotIsTakenOverByTheSamePipeline() throws IOException {
        SourceConfig config = Configs.initial(database, "same", "public.t");
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            Beginning first = preparation(config, session).begin();
            assertThat(preparation(config, session).begin()).isEqualTo(first);
        }
    }

    @Test
    void keptSnapshotOfOtherTablesIsNotTakenOver() throws IOException {
        database.execute("CREATE TABLE u (id int PRIMARY KEY)");
        SourceConfig before = Configs.initial(database, "tables", "public.t");
        SourceConfig after = Configs.initial(database, "tables", "public.t", "public.u");
        SnapshotPlan plan =
                begunBehind(before, after, "ALTER PUBLICATION nanosync_pub_tables ADD TABLE u");
        assertThat(plan.tables()).hasSize(2);
    }

    @Test
    void keptSnapshotOfATableThatWasAlteredIsNotTakenOver() throws IOException {
        SourceConfig config = Configs.initial(database, "columns", "public.t");
        SnapshotPlan plan = begunBehind(config, config, "ALTER TABLE t ADD COLUMN more int");
        assertThat(plan.schemas().get(0).columns()).hasSize(3);
    }

    @Test
    void keptSnapshotWhoseSlotIsGoneIsNotTakenOver() throws IOException {
        SourceConfig config = Configs.initial(database, "slotgone", "public.t");
        begunBehind(config, config, "SELECT pg_drop_replication_slot('" + config.slot() + "')");
        assertThat(slots()).isEqualTo(1);
    }

    @Test
    void keptSnapshotIsNotTakenOverWhenOnlyTheStreamIsAskedFor() throws IOException {
        SourceConfig before = Configs.initial(database, "latest", "public.t");
        SourceConfig after = Configs.of(database, "latest", new StartupMode.Latest(), "public.t");
        try (PipelineSession session = new PipelineSession(client, before.slot())) {
            preparation(before, session).begin();
            assertThat(preparation(after, session).begin())
                    .isInstanceOf(Beginning.FromStream.class);
            assertThat(session.livePlan()).isNull();
        }
    }

    /** Begins a pipeline, has something done on the server, and begins another in its place. */
    private SnapshotPlan begunBehind(SourceConfig before, SourceConfig after, String sql)
            throws IOException {
        try (PipelineSession session = new PipelineSession(client, before.slot())) {
            Beginning first = preparation(before, session).begin();
            database.execute(sql);
            Beginning second = preparation(after, session).begin();
            assertThat(second).isNotEqualTo(first);
            SnapshotPlan plan = ((Beginning.FromSnapshot) second).plan();
            assertThat(session.keeps(plan)).isTrue();
            return plan;
        }
    }

    /**
     * Its enumerator is built anew before the first checkpoint, and there is no state directory.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void slotThatThisProcessMadeIsMadeAnew(boolean latest) throws IOException {
        SourceConfig config =
                Configs.of(
                        database,
                        "again",
                        latest ? new StartupMode.Latest() : new StartupMode.Initial(),
                        "public.t");
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            preparation(config, session).begin();
            session.releaseSnapshot();
            preparation(config, session).begin();
            assertThat(slots()).isEqualTo(1);
        }
    }

    /** The server waits for an older transaction and goes on making the slot, for nobody. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void slotThatIsMadeBehindABrokenConnectionIsTakenUp(boolean restarts) throws Exception {
        try (TcpProxy proxy = TcpProxy.to(database.port());
                Connection older = database.connect();
                PipelineSession session = new PipelineSession(client, "nanosync_slot_behind")) {
            SourceConfig config = Configs.initial(database, "behind", "public.t");
            Preparation broken =
                    new Preparation(
                            config,
                            new JdbcPgClient(
                                    database.connectionConfig(proxy.port()),
                                    Duration.ofSeconds(60)),
                            session,
                            made);
            SnapshotPlan lost =
                    restarts
                            ? ((Beginning.FromSnapshot) preparation(config, session).begin()).plan()
                            : null;
            older.setAutoCommit(false);
            older.createStatement().execute("INSERT INTO t VALUES (1, 'older')");
            CompletableFuture<Throwable> failure =
                    CompletableFuture.supplyAsync(
                            () ->
                                    catchThrowable(
                                            () -> {
                                                if (lost == null) {
                                                    broken.begin();
                                                } else {
                                                    broken.restart(unread(lost));
                                                }
                                            }));
            Await.until("the slot is being made", () -> activeSlots() == 1);
            long first = maker();
            proxy.cutConnectionsOfNow();
            assertThat(failure.get(1, TimeUnit.MINUTES)).isInstanceOf(SlotUntoldException.class);
            ThrowingCallable again =
                    () -> {
                        if (lost == null) {
                            preparation(config, session).begin();
                        } else {
                            preparation(config, session).restart(unread(lost));
                        }
                    };
            CompletableFuture<Throwable> second =
                    CompletableFuture.supplyAsync(() -> catchThrowable(again));
            // A server that has noticed has dropped the slot: then it is being made once more.
            Await.until(
                    "the slot is found, or being made",
                    () -> second.isDone() || slotsMadeByOthers(first) > 0);
            boolean found = second.isDone();
            older.commit();
            Throwable outcome = second.get(1, TimeUnit.MINUTES);
            if (!found) {
                assertThat(outcome).isNull();
                return;
            }
            assertThat(outcome)
                    .hasMessageContaining("is active for PID")
                    .extracting(error -> ((PgException) error).recovery())
                    .isEqualTo(PgException.Recovery.WAIT);
            // A walsender that finds WAL to read doesn't look at its socket, and makes the slot.
            Await.until(
                    "the server goes on no more",
                    () -> {
                        database.execute("INSERT INTO t SELECT max(id) + 1, 'later' FROM t");
                        return activeSlots() == 0;
                    });
            assertThatCode(again).doesNotThrowAnyException();
            assertThat(slots()).isEqualTo(1);
        }
    }

    /** The session that makes a slot. */
    private long maker() {
        return database.queryLong(
                "SELECT max(active_pid) FROM pg_replication_slots WHERE database ="
                        + " current_database()");
    }

    /** How many slots are being made by others than this session. */
    private long slotsMadeByOthers(long session) {
        return database.queryLong(
                "SELECT count(*) FROM pg_replication_slots WHERE database = current_database() AND"
                        + " active_pid <> "
                        + session);
    }

    private long activeSlots() {
        return database.queryLong(
                "SELECT count(*) FROM pg_replication_slots WHERE database = current_database() AND"
                        + " active");
    }

    @Test
    void slotThatThisProcessMadeAndThatWasStreamedFromIsNot() throws IOException {
        SourceConfig config = Configs.of(database, "used", new StartupMode.Latest(), "public.t");
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            preparation(config, session).begin();
            database.execute("INSERT INTO t VALUES (1, 'streamed since')");
            database.queryList(
                    "SELECT pg_replication_slot_advance('"
                            + config.slot()
                            + "', pg_current_wal_lsn())");
            assertThatThrownBy(() -> preparation(config, session).begin())
                    .hasMessageContaining("exists, but this pipeline has no state");
        }
    }

    /** The server said no, so no slot of this pipeline is there. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void slotThatSomebodyMadeAfterARefusalIsNotDropped(boolean hasStateDir, @TempDir Path folder)
            throws IOException {
        try (TestPostgres small = TestPostgres.start(18, Map.of("max_replication_slots", "2"));
                TestDatabase full = small.createDatabase()) {
            full.execute("CREATE TABLE t (id int PRIMARY KEY)");
            PgClient other = new JdbcPgClient(full.connectionConfig(), Duration.ofSeconds(60));
            SourceConfig config = Configs.initial(full, "full", "public.t");
            refusedAndThenMadeByHand(
                    full,
                    new BeforeSnapshot(other, full, madeByHand("a"), madeByHand("b")),
                    other,
                    hasStateDir ? Configs.withStateDir(config, folder.toUri().toString()) : config,
                    "all replication slots are in use");
        }
    }

    /** Somebody makes it while the pipeline is about to. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void slotThatSomebodyMadeMeanwhileIsNotDropped(boolean hasStateDir, @TempDir Path folder)
            throws IOException {
        SourceConfig config = Configs.initial(database, "meanwhile", "public.t");
        refusedAndThenMadeByHand(
                database,
                new BeforeSnapshot(client, database, madeByHand(config.slot())),
                client,
                hasStateDir ? Configs.withStateDir(config, folder.toUri().toString()) : config,
                "is there already");
    }

    private void refusedAndThenMadeByHand(
            TestDatabase at, PgClient refused, PgClient next, SourceConfig config, String why)
            throws IOException {
        try (PipelineSession session = new PipelineSession(next, config.slot())) {
            assertThatThrownBy(() -> new Preparation(config, refused, session, made).begin())
                    .isInstanceOf(PgException.class)
                    .hasMessageContaining(why);
            at.execute(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE"
                            + " database = current_database()",
                    madeByHand(config.slot()));
            String restart =
                    "SELECT restart_lsn FROM pg_replication_slots WHERE slot_name = '"
                            + config.slot()
                            + "'";
            String madeAt = at.queryString(restart);
            SnapshotPlan plan =
                    ((Beginning.FromSnapshot) new Preparation(config, next, session, made).begin())
                            .plan();
            assertThat(plan.end()).isNotNull();
            assertThat(at.queryString(restart)).isEqualTo(madeAt);
            at.execute("SELECT pg_drop_replication_slot('" + config.slot() + "')");
            assertThatCode(() -> new Preparation(config, next, session, made).begin())
                    .doesNotThrowAnyException();
        }
    }

    /** The pipeline was about to make one when it died; that doesn't make this one its own. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void slotThatSomebodyMadeAfterAnUntoldAttemptIsNotDropped(
            boolean inThisProcess, @TempDir Path folder) throws IOException {
        SourceConfig config =
                Configs.withStateDir(
                        Configs.initial(database, "untold", "public.t"), folder.toUri().toString());
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            SnapshotPlan lost =
                    ((Beginning.FromSnapshot) preparation(config, session).begin()).plan();
            database.execute("SELECT pg_drop_replication_slot('" + config.slot() + "')");
            if (inThisProcess) {
                made.mayCome(config);
                new IntentFile(config).withdraw();
            } else {
                made.gone(config);
                new IntentFile(config)
                        .record(session.ask(ControlSession::identity).systemIdentifier());
            }
            database.execute(madeByHand(config.slot()));
            String restart =
                    "SELECT restart_lsn FROM pg_replication_slots WHERE slot_name = '"
                            + config.slot()
                            + "'";
            String madeAt = database.queryString(restart);
            session.releaseSnapshot();
            SnapshotPlan begun =
                    ((Beginning.FromSnapshot) preparation(config, session).begin()).plan();
            assertThat(begun.end()).isNotNull();
            assertThat(preparation(config, session).restart(unread(lost)).end()).isNotNull();
            assertThat(database.queryString(restart)).isEqualTo(madeAt);
        }
    }

    private static String madeByHand(String slot) {
        return "SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')";
    }

    /**
     * Neither this process nor the state directory knows of it, as when that was moved: what it has
     * sent tells.
     */
    @ParameterizedTest
    @ValueSource(ints = {14, 18})
    void slotThatSomebodyHasReadFromIsNotTakenForOneThatWasMadeByHand(int major)
            throws IOException {
        try (TestDatabase other = TestPostgres.shared(major).createDatabase()) {
            other.execute(
                    "CREATE TABLE t (id int PRIMARY KEY, note text)",
                    "CREATE PUBLICATION nanosync_pub_readbefore FOR TABLE t",
                    "SELECT pg_create_logical_replication_slot('nanosync_slot_readbefore',"
                            + " 'pgoutput')",
                    "INSERT INTO t VALUES (1, 'read by a former life')",
                    "SELECT count(*) FROM"
                        + " pg_logical_slot_get_binary_changes('nanosync_slot_readbefore', NULL,"
                        + " NULL, 'proto_version', '1', 'publication_names',"
                        + " 'nanosync_pub_readbefore')");
            SourceConfig config = Configs.initial(other, "readbefore", "public.t");
            PgClient there = new JdbcPgClient(other.connectionConfig(), Duration.ofSeconds(60));
            awaitSent(there, config.slot(), 1);
            try (PipelineSession session = new PipelineSession(there, config.slot())) {
                assertThatThrownBy(() -> new Preparation(config, there, session, made).begin())
                        .hasMessageContaining("exists, but this pipeline has no state, and 1")
                        .hasMessageContaining("sent from it already")
                        .hasMessageContaining(FreshSnapshot.dropSlot(config.slot()));
                other.execute(FreshSnapshot.dropSlot(config.slot()));
                new Preparation(config, there, session, made).begin();
                session.releaseSnapshot();
            }
        }
    }

    /** The server counts it like the others; the error names what mends it. */
    @ParameterizedTest
    @ValueSource(ints = {14, 18})
    void slotThatWasOnlyLookedAtIsUsedWhenItsStatisticsAreReset(int major) throws IOException {
        try (TestDatabase other = TestPostgres.shared(major).createDatabase()) {
            String slot = "nanosync_slot_peeked";
            other.execute(
                    "CREATE TABLE t (id int PRIMARY KEY, note text)",
                    "CREATE PUBLICATION nanosync_pub_peeked FOR TABLE t",
                    madeByHand(slot),
                    "INSERT INTO t VALUES (1, 'looked at')",
                    "SELECT count(*) FROM pg_logical_slot_peek_binary_changes('"
                            + slot
                            + "', NULL, NULL, 'proto_version', '1', 'publication_names',"
                            + " 'nanosync_pub_peeked')");
            SourceConfig config = Configs.initial(other, "peeked", "public.t");
            PgClient there = new JdbcPgClient(other.connectionConfig(), Duration.ofSeconds(60));
            awaitSent(there, slot, 1);
            String reset = "SELECT pg_stat_reset_replication_slot('" + slot + "')";
            try (PipelineSession session = new PipelineSession(there, slot)) {
                assertThatThrownBy(() -> new Preparation(config, there, session, made).begin())
                        .hasMessageContaining("1 transaction was sent from it already")
                        .hasMessageContaining(
                                "If they were only looked at (pg_logical_slot_peek_binary_changes)")
                        .hasMessageContaining(reset + ", then start the job again");
                other.execute(reset);
                awaitSent(there, slot, 0);
                assertThat(new Preparation(config, there, session, made).begin())
                        .isInstanceOf(Beginning.FromSnapshot.class);
                session.releaseSnapshot();
            }
        }
    }

    private static void awaitSent(PgClient there, String slot, long transactions) {
        Await.until(
                "the server counts",
                Duration.ofSeconds(30),
                () -> {
                    try (ControlSession control = there.openControl()) {
                        return control.transactionsSent(slot) == transactions;
                    }
                });
    }

    /** Its checkpoints are somewhere: the folder of the record isn't where savepoints go. */
    @Test
    void norIsOneThatAnotherProcessMade(@TempDir Path folder) throws IOException {
        SourceConfig config =
                Configs.withStateDir(
                        Configs.initial(database, "elsewhere", "public.t"),
                        folder.toUri().toString());
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            inAnotherProcess(config, session).begin();
            inAnotherProcess(config, session).begin();
            session.releaseSnapshot();
            database.execute("INSERT INTO t VALUES (1, 'streamed since')");
            database.queryList(
                    "SELECT pg_replication_slot_advance('"
                            + config.slot()
                            + "', pg_current_wal_lsn())");
            assertThatThrownBy(() -> inAnotherProcess(config, session).begin())
                    .hasMessageContaining("exists, but this pipeline has no state");
            assertThat(slots()).isEqualTo(1);
        }
    }

    private Preparation preparation(SourceConfig config, PipelineSession session) {
        return new Preparation(config, client, session, made);
    }

    private long slots() {
        return database.queryLong(
                "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()");
    }

    private long left() {
        return database.queryLong(
                "SELECT (SELECT count(*) FROM pg_publication) + (SELECT count(*) FROM"
                        + " pg_replication_slots WHERE database = current_database())");
    }
}
