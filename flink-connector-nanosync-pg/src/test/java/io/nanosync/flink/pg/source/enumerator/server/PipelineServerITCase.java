package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several pipelines in one JobManager process. */
final class PipelineServerITCase {

    private TestDatabase database;
    private PgClient client;
    private final SessionRegistry registry = new SessionRegistry(Duration.ofMinutes(1));

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

    private PipelineServer bounded(String pipeline) {
        SourceConfig config =
                Configs.of(database, pipeline, new StartupMode.Snapshot(), "public.t");
        return new PipelineServer(config, client, registry);
    }

    private static SnapshotPlan begin(PipelineServer server) throws IOException {
        return ((Beginning.FromSnapshot) server.begin()).plan();
    }

    /** While nobody writes, two snapshots have the same contents. */
    @Test
    void twoBoundedPipelinesOnAnIdleDatabaseHaveAKeeperEach() throws IOException {
        twoBoundedPipelines("one", "two");
    }

    /** Two SQL tables over one pipeline name, or one pipeline twice. */
    @Test
    void soHaveTwoOfOneName() throws IOException {
        twoBoundedPipelines("one", "one");
    }

    @Test
    void stateOfAStreamIsNotTakenUpAsABoundedSnapshot() throws IOException {
        SourceConfig config = Configs.initial(database, "turned", "public.t");
        PipelineServer streaming = new PipelineServer(config, client, registry);
        SnapshotPlan plan = begin(streaming);
        streaming.finished();
        streaming.close();
        PipelineServer bounded = bounded("turned");
        String refusal = "streams changes, and startup_mode is snapshot now";
        assertThatThrownBy(() -> bounded.resume(plan)).hasMessageContaining(refusal);
        assertThatThrownBy(() -> bounded.resumeLost(plan)).hasMessageContaining(refusal);
        assertThatThrownBy(() -> bounded.resumeStream(plan.stream().with(null)))
                .hasMessageContaining(refusal);
    }

    /** Its LSN is no place from which the changes behind the snapshot would come. */
    @Test
    void stateOfABoundedSnapshotIsNotFollowedByAStream() throws IOException {
        PipelineServer bounded = bounded("turned");
        SnapshotPlan plan = begin(bounded);
        bounded.finished();
        bounded.close();
        SourceConfig config = Configs.initial(database, "turned", "public.t");
        PipelineServer streaming = new PipelineServer(config, client, registry);
        assertThatThrownBy(() -> streaming.resume(plan))
                .hasMessageContaining("reads a bounded snapshot, and startup_mode says now to");
        assertThatThrownBy(() -> streaming.resumeLost(plan))
                .hasMessageContaining("reads a bounded snapshot, and startup_mode says now to");
    }

    private void twoBoundedPipelines(String firstName, String secondName) throws IOException {
        PipelineServer first = bounded(firstName);
        PipelineServer second = bounded(secondName);
        SnapshotPlan firstPlan = begin(first);
        SnapshotPlan secondPlan = begin(second);
        assertThat(secondPlan.snapshot().contents()).isEqualTo(firstPlan.snapshot().contents());
        first.finished();
        first.close();
        Await.until("the first keeper is gone", () -> keepers() == 1);
        assertThat(second.keeps(secondPlan)).isTrue();
        second.finished();
        second.close();
        Await.until("nothing of ours is left", () -> sessions() == 0);
    }

    @Test
    void boundedPipelineFindsItsSnapshotAgain() throws IOException {
        PipelineServer first = bounded("one");
        SnapshotPlan firstPlan = begin(first);
        PipelineServer second = bounded("two");
        SnapshotPlan secondPlan = begin(second);
        first.close();
        second.close();
        PipelineServer firstAgain = bounded("one");
        PipelineServer secondAgain = bounded("two");
        assertThat(firstAgain.resume(firstPlan)).isEqualTo(PipelineServer.Found.KEPT);
        assertThat(secondAgain.resume(secondPlan)).isEqualTo(PipelineServer.Found.KEPT);
        firstAgain.finished();
        firstAgain.close();
        secondAgain.finished();
        secondAgain.close();
        Await.until("nothing of ours is left", () -> sessions() == 0);
    }

    /** It may take a day until the stream begins and finds out. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void slotThatSomebodyAdvancesDuringTheSnapshotIsNoticed(boolean madeByHand) throws IOException {
        SourceConfig config = Configs.initial(database, "advanced", "public.t");
        if (madeByHand) {
            database.execute(
                    "SELECT pg_create_logical_replication_slot('"
                            + config.slot()
                            + "', 'pgoutput')");
        }
        PipelineServer server = new PipelineServer(config, client, registry);
        SnapshotPlan plan = begin(server);
        database.execute("INSERT INTO t VALUES (1, 'between')");
        server.look();
        database.execute(
                "SELECT pg_replication_slot_advance('"
                        + config.slot()
                        + "', pg_current_wal_lsn())");
        assertThatThrownBy(server::look)
                .hasMessageContaining("Replication slot \"" + config.slot() + "\" on ")
                .hasMessageContaining(
                        "is to follow the snapshot of pipeline advanced begins at "
                                + plan.consistentPoint()
                                + ": somebody advanced the slot")
                .hasMessageContaining(FreshSnapshot.remedy(config))
                .extracting(error -> ((PgException) error).recovery())
                .isEqualTo(PgException.Recovery.FAIL);
        server.streams();
        server.look();
        server.finished();
        server.close();
    }

    /** A snapshot that is lost is taken anew, with a slot; one that needs no keeper isn't. */
    @Test
    void slotThatIsGoneIsNoticedWhileNobodyNeedsTheKeeper() throws IOException {
        SourceConfig config = Configs.initial(database, "handed", "public.t");
        PipelineServer server = new PipelineServer(config, client, registry);
        SnapshotPlan plan = begin(server);
        database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in"
                        + " transaction' AND datname = current_database()",
                FreshSnapshot.dropSlot(config.slot()));
        Await.until("the keeper is gone", () -> !server.keeps(plan));
        server.look();
        server.readsWithoutKeeper();
        assertThatThrownBy(server::look)
                .hasMessageContaining("does not exist")
                .hasMessageContaining(FreshSnapshot.remedy(config));
        server.finished();
        server.close();
    }

    @Test
    void sessionIsNeverPutInPlaceOfAnother() throws IOException {
        registry.acquire("a", () -> new PipelineSession(client, null));
        registry.acquire("b", () -> new PipelineSession(client, null));
        assertThatThrownBy(() -> registry.rename("a", "b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("b");
    }

    private long keepers() {
        return database.queryLong(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND"
                        + " datname = current_database()");
    }

    private long sessions() {
        return database.queryLong(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid"
                        + " <> pg_backend_pid()");
    }
}
