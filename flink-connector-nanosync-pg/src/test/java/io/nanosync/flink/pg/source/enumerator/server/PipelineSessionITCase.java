package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Timeline;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lock that keeps a second job out, and the keeper that outlives its enumerator. */
final class PipelineSessionITCase {

    private static final String SLOT = "nanosync_slot_session";

    private TestDatabase database;
    private PgClient client;

    @BeforeEach
    void connect() {
        database = TestPostgres.shared(18).createDatabase();
        client = new JdbcPgClient(database.connectionConfig(), Duration.ofSeconds(60));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private PipelineSession session() {
        return new PipelineSession(client, SLOT, Duration.ofMillis(300));
    }

    private static SnapshotPlan plan() {
        return new SnapshotPlan(
                Timeline.numbered(1, 1),
                1,
                SampleValues.snapshot(),
                new Lsn(1),
                null,
                10,
                1,
                List.of(),
                null,
                null,
                null);
    }

    @Test
    void secondJobOfThePipelineIsKeptOutAndToldByWhom() throws PgException {
        try (PipelineSession first = session();
                PipelineSession second = session()) {
            first.ask(ControlSession::identity);
            PgException refused =
                    catchThrowableOfType(
                            PgException.class, () -> second.ask(ControlSession::identity));
            assertThat(refused)
                    .hasMessageContaining("Another job already runs this pipeline")
                    .hasMessageContaining(SLOT)
                    .hasMessageContaining("nanosync-test");
            // The holder may be the session of a host that is gone: the server lets go of it.
            assertThat(refused.recovery()).isEqualTo(PgException.Recovery.WAIT);
        }
    }

    @Test
    void sessionThatWasClosedIsMadeAnewByARestart() {
        PipelineSession session = session();
        session.close();
        PgException refused =
                catchThrowableOfType(
                        PgException.class, () -> session.ask(ControlSession::identity));
        assertThat(refused.recovery()).isEqualTo(PgException.Recovery.RETRY);
    }

    @Test
    void interruptedWaitForTheLockIsNotFinal() throws PgException {
        try (PipelineSession first = session();
                PipelineSession second = session()) {
            first.ask(ControlSession::identity);
            Thread.currentThread().interrupt();
            PgException interrupted =
                    catchThrowableOfType(
                            PgException.class, () -> second.ask(ControlSession::identity));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(interrupted).hasMessageStartingWith("Interrupted");
            assertThat(interrupted.recovery()).isEqualTo(PgException.Recovery.RETRY);
        }
    }

    @Test
    void enumeratorThatWasInterruptedWhileItTookOverStartsAgain() throws PgException {
        SessionRegistry registry = new SessionRegistry(Duration.ofMinutes(1));
        PipelineSession first = registry.acquire("k", this::session);
        Thread.currentThread().interrupt();
        PgException interrupted =
                catchThrowableOfType(PgException.class, () -> registry.acquire("k", this::session));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(interrupted.recovery()).isEqualTo(PgException.Recovery.RETRY);
        first.close();
    }

    /** Its JobManager's host is gone: the server will notice, and a person needn't. */
    @Test
    void lockThatLingersIsNoFinalError() throws PgException {
        try (PipelineSession first = session();
                PipelineSession second = session()) {
            first.ask(ControlSession::identity);
            assertThatThrownBy(() -> second.ask(ControlSession::identity))
                    .extracting(error -> ((PgException) error).recovery())
                    .isEqualTo(PgException.Recovery.WAIT);
        }
    }

    @Test
    void enumeratorThatLingersIsNoFinalError() throws PgException {
        SessionRegistry registry =
                new SessionRegistry(Duration.ofMinutes(1), Duration.ofMillis(100));
        registry.acquire("k", this::session);
        assertThatThrownBy(() -> registry.acquire("k", this::session))
                .hasMessage(
                        "Another job in this Flink cluster, or another source in this job, already"
                                + " runs this pipeline (k). Stop it, or name this one differently")
                .extracting(error -> ((PgException) error).recovery())
                .isEqualTo(PgException.Recovery.WAIT);
    }

    /** It has our name, runs no stream, and has been silent for longer than any of ours is. */
    @Test
    void sessionOfOursThatNobodyUsesAnyMoreIsEnded() throws Exception {
        try (PipelineSession first = session();
                ControlSession onlooker = client.openControl()) {
            first.ask(ControlSession::identity);
            assertThat(PipelineSession.lockHolder(onlooker, SLOT)).contains("nanosync-test");
            assertThat(onlooker.hasSilentLockHolder(SLOT, Duration.ofMinutes(1))).isFalse();
            Await.until(
                    "it is silent",
                    () -> onlooker.hasSilentLockHolder(SLOT, Duration.ofMillis(500)));
            assertThat(onlooker.lockHolder(SLOT)).isNotNull();
            try (PipelineSession second =
                    new PipelineSession(
                            client, SLOT, Duration.ofSeconds(30), Duration.ofMillis(500))) {
                assertThat(second.ask(ControlSession::identity).major()).isEqualTo(18);
            }
        }
    }

    /** The server keeps lock and snapshot of a host that is gone until its keepalives say so. */
    @Test
    void serverNoticesWithinAMinuteThatAHostIsGone() throws PgException {
        try (PipelineSession session = session()) {
            String idle = session.ask(c -> c.setting("tcp_keepalives_idle"));
            String interval = session.ask(c -> c.setting("tcp_keepalives_interval"));
            String count = session.ask(c -> c.setting("tcp_keepalives_count"));
            String unacknowledged = session.ask(c -> c.setting("tcp_user_timeout"));
            assertThat(List.of(idle, interval, count, unacknowledged))
                    .containsExactly("20", "5", "4", "40000");
        }
    }

    @Test
    void sessionOfAnotherApplicationIsNotEnded() throws Exception {
        String key;
        try (PipelineSession first = session()) {
            first.ask(ControlSession::identity);
            key =
                    database.queryString(
                            "SELECT ((classid::bigint << 32) | objid::bigint)::text FROM pg_locks"
                                    + " WHERE locktype = 'advisory' AND database = (SELECT oid FROM"
                                    + " pg_database WHERE datname = current_database())");
        }
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("SET application_name = 'somebody else'");
            statement.execute("SELECT pg_advisory_lock(" + key + ")");
            try (PipelineSession second =
                    new PipelineSession(
                            client, SLOT, Duration.ofSeconds(1), Duration.ofMillis(100))) {
                assertThatThrownBy(() -> second.ask(ControlSession::identity))
                        .hasMessageContaining("somebody else");
            }
        }
    }

    @Test
    void lockIsFreeWhenTheFirstJobIsGone() throws PgException {
        try (PipelineSession first = session()) {
            first.ask(ControlSession::identity);
        }
        try (PipelineSession second = new PipelineSession(client, SLOT)) {
            assertThat(second.ask(ControlSession::identity).major()).isEqualTo(18);
        }
    }

    @Test
    void connectionThatBrokeIsMadeAnewWithTheLock() throws PgException {
        try (PipelineSession session = session()) {
            session.ask(ControlSession::identity);
            database.queryList(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND"
                            + " database = (SELECT oid FROM pg_database WHERE datname ="
                            + " current_database())");
            assertThatThrownBy(() -> session.ask(ControlSession::identity))
                    .isInstanceOf(PgException.class);
            assertThat(session.ask(ControlSession::identity).major()).isEqualTo(18);
            try (PipelineSession second = session()) {
                assertThatThrownBy(() -> second.ask(ControlSession::identity))
                        .hasMessageContaining("Another job already runs this pipeline");
            }
        }
    }

    @Test
    void keeperOutlivesItsEnumeratorAndIsTakenOver() throws PgException {
        SessionRegistry registry = new SessionRegistry(Duration.ofMinutes(1));
        Keeper keeper = client.takeSnapshot();
        PipelineSession first = registry.acquire("k", this::session);
        first.keep(keeper, plan());
        registry.release("k", true);
        PipelineSession second = registry.acquire("k", this::session);
        assertThat(second).isSameAs(first);
        assertThat(second.livePlan()).isEqualTo(plan());
        registry.release("k", false);
        Await.until("the keeper is gone", () -> !keeper.isAlive());
    }

    @Test
    void keeperThatNobodyTakesOverEnds() throws PgException {
        SessionRegistry registry = new SessionRegistry(Duration.ofMillis(50));
        Keeper keeper = client.takeSnapshot();
        registry.acquire("k", this::session).keep(keeper, plan());
        registry.release("k", true);
        Await.until("the keeper is gone", () -> !keeper.isAlive());
    }

    @Test
    void keeperThatDiedLeavesNoPlan() throws PgException {
        try (PipelineSession session = session()) {
            Keeper keeper = client.takeSnapshot();
            session.keep(keeper, plan());
            database.queryList(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in"
                            + " transaction' AND datname = current_database() AND pid <>"
                            + " pg_backend_pid()");
            Await.until("the keeper is found dead", () -> session.livePlan() == null);
        }
    }
}
