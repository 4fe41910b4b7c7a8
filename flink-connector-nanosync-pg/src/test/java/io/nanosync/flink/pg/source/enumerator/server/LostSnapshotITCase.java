package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read again when a snapshot is lost, and what stays. */
final class LostSnapshotITCase {

    private TestDatabase database;
    private PgClient client;

    @BeforeEach
    void connect() {
        useServer(18);
    }

    private void useServer(int major) {
        useDatabase(TestPostgres.shared(major).createDatabase());
    }

    private void useDatabase(TestDatabase other) {
        if (database != null) {
            database.close();
        }
        database = other;
        database.execute("CREATE TABLE t (id int PRIMARY KEY, note text)");
        client = new JdbcPgClient(database.connectionConfig(), Duration.ofSeconds(60));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Preparation preparation(SourceConfig config, PipelineSession session) {
        return new Preparation(config, client, session, new MadeSlots());
    }

    /** A snapshot of which no table is finished. */
    private static LostSnapshot unread(SnapshotPlan plan) {
        return new LostSnapshot(plan, Set.of(), Set.of());
    }

    /** A snapshot of {@code t} and {@code later}, of which the first is finished. */
    private LostSnapshot halfRead(PipelineSession session, Preparation preparation)
            throws IOException {
        return halfRead(session, preparation, 0);
    }

    private LostSnapshot halfRead(PipelineSession session, Preparation preparation, int finished)
            throws IOException {
        SnapshotPlan plan = ((Beginning.FromSnapshot) preparation.begin()).plan();
        session.releaseSnapshot();
        return new LostSnapshot(plan, Set.of(oid(plan, finished)), Set.of(oid(plan, 1 - finished)));
    }

    private static int oid(SnapshotPlan plan, int table) {
        return plan.tables().get(table).schema().oid();
    }

    private SourceConfig overTwoTables(String pipeline) {
        database.execute("CREATE TABLE later (id bigint PRIMARY KEY)");
        return Configs.initial(database, pipeline, "public.t", "public.later");
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void finishedTableStaysWhenTheSnapshotIsLost(int major) throws IOException {
        useServer(major);
        SourceConfig config = overTwoTables("half");
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            Preparation preparation = preparation(config, session);
            LostSnapshot lost = halfRead(session, preparation);
            database.execute("INSERT INTO later VALUES (1)");
            SnapshotPlan again = preparation.restart(lost);
            assertThat(again.tables())
                    .extracting(table -> table.schema().name().toString())
                    .containsExactly("public.later");
            assertThat(again.schemas()).containsExactlyElementsOf(lost.plan().schemas());
            assertThat(again.streamStart()).isEqualTo(lost.plan().consistentPoint());
            assertThat(again.consistentPoint().isAfter(lost.plan().consistentPoint())).isTrue();
            assertThat(again.boundaries())
                    .extracting(SnapshotBoundary::tables)
                    .containsExactly(List.of(again.tables().get(0).schema().oid()));
            assertThat(session.slot(config.slot()).confirmedFlush()).isEqualTo(again.streamStart());
            // Lost once more, with nothing of it read: the first table stays, the slot too.
            session.releaseSnapshot();
            SnapshotPlan third = preparation.restart(unread(again));
            assertThat(third.earlier()).isEqualTo(again.earlier());
            assertThat(third.consistentPoint().isAfter(again.consistentPoint())).isTrue();
        }
    }

    /** Of it nothing is read again, and the stream takes the new shape as it does later. */
    @Test
    void finishedTableThatIsAlteredHarmlesslyStays() throws IOException {
        SourceConfig config = overTwoTables("harmless");
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            Preparation preparation = preparation(config, session);
            LostSnapshot lost = halfRead(session, preparation);
            database.execute("ALTER TABLE t ADD COLUMN extra int");
            SnapshotPlan again = preparation.restart(lost);
            assertThat(again.tables())
                    .extracting(table -> table.schema().name().toString())
                    .containsExactly("public.later");
            assertThat(again.schemas()).containsExactlyElementsOf(lost.plan().schemas());
        }
    }

    /** Which one is finished first is a matter of their sizes, and of who locks what. */
    @Test
    void finishedTableStaysThoughAnotherOneStandsInFrontOfIt() throws IOException {
        SourceConfig config = overTwoTables("order");
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            Preparation preparation = preparation(config, session);
            LostSnapshot lost = halfRead(session, preparation, 1);
            SnapshotPlan again = preparation.restart(lost);
            assertThat(again.tables())
                    .extracting(table -> table.schema().name().toString())
                    .containsExactly("public.t");
            assertThat(again.streamStart()).isEqualTo(lost.plan().consistentPoint());
        }
    }

    /** Rows are put in order by LSN, and while nobody writes it stays where it is. */
    @Test
    void boundedSnapshotThatIsTakenAnewLiesBehindTheLostOne() throws IOException {
        SourceConfig config =
                Configs.of(database, "bounded", new StartupMode.Snapshot(), "public.t");
        try (PipelineSession session = new PipelineSession(client, null)) {
            Preparation preparation = preparation(config, session);
            SnapshotPlan plan = ((Beginning.FromSnapshot) preparation.begin()).plan();
            for (int loss = 0; loss < 3; loss++) {
                session.releaseSnapshot();
                SnapshotPlan again = preparation.restart(unread(plan));
                assertThat(again.consistentPoint().isAfter(plan.consistentPoint())).isTrue();
                plan = again;
            }
        }
    }

    /** What follows the rows of the finished table may be missing: they can't stay. */
    @Test
    void finishedTableIsReadAgainWhenThePublicationWasAltered() throws IOException {
        SourceConfig config = overTwoTables("altered");
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            Preparation preparation = preparation(config, session);
            LostSnapshot lost = halfRead(session, preparation);
            database.execute(
                    "ALTER PUBLICATION " + config.publication() + " DROP TABLE t",
                    "ALTER PUBLICATION " + config.publication() + " ADD TABLE t");
            assertReadAnew(config, session, lost, preparation.restart(lost));
        }
    }

    @Test
    void finishedTableIsReadAgainWhenTheSlotIsGone() throws IOException {
        SourceConfig config = overTwoTables("gone");
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            Preparation preparation = preparation(config, session);
            LostSnapshot lost = halfRead(session, preparation);
            session.tell(control -> control.dropSlot(config.slot()));
            assertReadAnew(config, session, lost, preparation.restart(lost));
        }
    }

    /** It can't be used any more; the pipeline made it, so it may be replaced. */
    @Test
    void finishedTableIsReadAgainWhenTheSlotIsLost() throws IOException {
        Map<String, String> settings =
                Map.of(
                        "max_slot_wal_keep_size", "1MB",
                        "max_wal_size", "32MB",
                        "min_wal_size", "32MB");
        try (TestPostgres server = TestPostgres.start(18, settings)) {
            useDatabase(server.createDatabase());
            SourceConfig config = overTwoTables("invalidated");
            try (PipelineSession session = new PipelineSession(client, config.slot())) {
                Preparation preparation = preparation(config, session);
                LostSnapshot lost = halfRead(session, preparation);
                Await.until(
                        "the slot is lost",
                        () -> {
                            database.execute(
                                    "SELECT pg_logical_emit_message(false, 'x', repeat('x',"
                                            + " 1000000)), pg_switch_wal()",
                                    "CHECKPOINT");
                            return session.slot(config.slot()).isLost();
                        });
                assertReadAnew(config, session, lost, preparation.restart(lost));
            } finally {
                useServer(18);
            }
        }
    }

    /** One of the pipeline's own would let through what that one kept back. */
    @ParameterizedTest
    @ValueSource(strings = {"t WHERE (id > 5), later", "t (id), later"})
    void publicationOfPartsThatIsGoneIsNotReplaced(String parts) throws IOException {
        SourceConfig config = overTwoTables("parts");
        String publication = "CREATE PUBLICATION " + config.publication() + " FOR TABLE " + parts;
        database.execute(publication);
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            Preparation preparation = preparation(config, session);
            LostSnapshot lost = halfRead(session, preparation);
            database.execute("DROP PUBLICATION " + config.publication());
            assertThatThrownBy(() -> preparation.restart(lost))
                    .hasMessageContaining("Make it again as it was (CREATE PUBLICATION ");
            database.execute(publication);
            assertReadAnew(config, session, lost, preparation.restart(lost));
        }
    }

    /** Preflight would tell whoever may make one for it to make one of whole tables. */
    @Test
    void roleThatMayNotPublishIsToldToMakeThePublicationAsItWas() throws IOException {
        SourceConfig config = overTwoTables("told");
        database.execute(
                "CREATE ROLE onlooker_of_parts LOGIN REPLICATION PASSWORD 'p'",
                "GRANT SELECT ON t, later TO onlooker_of_parts",
                "CREATE PUBLICATION "
                        + config.publication()
                        + " FOR TABLE t WHERE (id > 5), later");
        client =
                new JdbcPgClient(
                        database.connectionConfig("onlooker_of_parts", "p"),
                        Duration.ofSeconds(60));
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            Preparation preparation = preparation(config, session);
            LostSnapshot lost = halfRead(session, preparation);
            database.execute("DROP PUBLICATION " + config.publication());
            assertThatThrownBy(() -> preparation.restart(lost))
                    .hasMessageContaining("Make it again as it was (CREATE PUBLICATION ")
                    .hasMessageNotContaining("FOR TABLE");
        } finally {
            database.execute("DROP OWNED BY onlooker_of_parts", "DROP ROLE onlooker_of_parts");
        }
    }

    /** Finding a place behind the slot may take half an hour. */
    @Test
    void slotThatIsGoneWhileTheRestIsReadAgainIsReplacedAtTheNextTry() throws IOException {
        SourceConfig config = overTwoTables("meanwhile");
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            LostSnapshot lost = halfRead(session, preparation(config, session));
            Preparation interfered =
                    new Preparation(
                            config,
                            new BeforeSnapshot(
                                    client, database, FreshSnapshot.dropSlot(config.slot())),
                            session,
                            new MadeSlots());
            assertThatExceptionOfType(PgException.class)
                    .isThrownBy(() -> interfered.restart(lost))
                    .matches(e -> e.recovery() == PgException.Recovery.RETRY)
                    .withMessageContaining("are read again when the job restarts");
            assertReadAnew(config, session, lost, preparation(config, session).restart(lost));
        }
    }

    private static void assertReadAnew(
            SourceConfig config, PipelineSession session, LostSnapshot lost, SnapshotPlan again)
            throws IOException {
        assertThat(again.earlier()).isNull();
        assertThat(again.schemas()).isEqualTo(lost.plan().schemas());
        assertThat(session.slot(config.slot()).confirmedFlush()).isEqualTo(again.consistentPoint());
        assertThat(again.consistentPoint().isAfter(lost.plan().consistentPoint())).isTrue();
    }

    /** The error comes before the slot is dropped: it says what to do with it. */
    @Test
    void rowsThatCannotBeTakenBackAreNotReadAgain() throws IOException {
        SourceConfig config = Configs.withoutTruncate(overTwoTables("sql"));
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            Preparation preparation = preparation(config, session);
            LostSnapshot lost = halfRead(session, preparation);
            database.execute(
                    "ALTER PUBLICATION " + config.publication() + " DROP TABLE t",
                    "ALTER PUBLICATION " + config.publication() + " ADD TABLE t");
            assertThatThrownBy(() -> preparation.restart(lost))
                    .hasMessageContaining("no way to take them back")
                    .hasMessageContaining(FreshSnapshot.remedy(config));
            assertThat(session.slot(config.slot()).confirmedFlush())
                    .isEqualTo(lost.plan().consistentPoint());
        }
    }

    /** A snapshot that goes on from an earlier one is nothing for a job without state. */
    @Test
    void laterSnapshotIsNotTakenOverByAJobWithoutState() throws IOException {
        SourceConfig config = overTwoTables("nostate");
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            Preparation preparation = preparation(config, session);
            SnapshotPlan later = preparation.restart(halfRead(session, preparation));
            assertThat(later.earlier()).isNotNull();
            SnapshotPlan begun = ((Beginning.FromSnapshot) preparation.begin()).plan();
            assertThat(begun.earlier()).isNull();
            assertThat(begun.tables()).hasSize(2);
        }
    }

    /** The publication is gone together with the snapshot: both are made anew. */
    @Test
    void catalogOfALostSnapshotIsNotHeldAgainstThePipeline() throws IOException {
        SourceConfig config = overTwoTables("both");
        SessionRegistry registry = new SessionRegistry(Duration.ofMinutes(1));
        PipelineServer first = new PipelineServer(config, client, registry);
        SnapshotPlan plan = ((Beginning.FromSnapshot) first.begin()).plan();
        database.execute("DROP PUBLICATION " + config.publication());
        assertThatThrownBy(first::look).hasMessageContaining("changes may be missing");
        database.queryList(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                        + " current_database() AND state = 'idle in transaction'");
        Await.until("the keeper is gone", () -> !first.keeps(plan));
        first.look();
        first.close();
        PipelineServer second = new PipelineServer(config, client, registry);
        assertThat(second.resume(plan)).isEqualTo(PipelineServer.Found.LOST);
        SnapshotPlan again = ((Beginning.FromSnapshot) second.restart(unread(plan))).plan();
        assertThat(again.consistentPoint().isAfter(plan.consistentPoint())).isTrue();
        second.finished();
        second.close();
    }
}
