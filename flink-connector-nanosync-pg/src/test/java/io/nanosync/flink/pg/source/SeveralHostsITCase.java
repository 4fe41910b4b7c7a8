package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.ConnectionConfig.Host;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.enumerator.server.PipelineServer;
import io.nanosync.flink.pg.source.enumerator.server.SessionRegistry;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.ServerCopy;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A way to more servers than one: the primary, a standby that answers while the primary is away,
 * and a copy that has gone its own way.
 */
final class SeveralHostsITCase {

    private static TestPostgres primary;
    private static ServerCopy standby;
    private static ServerCopy twin;
    private static boolean primaryRuns = true;

    @TempDir private Path folder;
    private TestDatabase database;
    private TcpProxy toPrimary;
    private TcpProxy toStandby;
    private SourceJob job;

    @BeforeAll
    static void startServers() {
        primary = TestPostgres.start(18);
        primary.stop();
        standby = ServerCopy.standbyOf(primary);
        twin = ServerCopy.of(primary);
        primary.startAgain();
        standby.start();
        twin.start();
    }

    @AfterAll
    static void closeServers() {
        twin.close();
        standby.close();
        primary.close();
    }

    @BeforeEach
    void createTable() {
        database = primary.createDatabase();
        database.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, note text, amount numeric(12,2))",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT g, 'note', 1 FROM generate_series(1, 100) g");
        toPrimary = TcpProxy.to(primary.port());
        toStandby = TcpProxy.to(standby.port());
    }

    @AfterEach
    void close() throws Exception {
        if (job != null) {
            job.cancel();
        }
        if (!primaryRuns) {
            startPrimary();
        }
        toPrimary.close();
        toStandby.close();
        database.close();
    }

    private static void stopPrimary() {
        primary.stop();
        primaryRuns = false;
    }

    private static void startPrimary() {
        primary.startAgain();
        primaryRuns = true;
    }

    private SourceJob job(String pipeline, int... ports) {
        return new SourceJob(config(pipeline, ports), folder, 1);
    }

    private SourceConfig config(String pipeline, int... ports) {
        ConnectionConfig connection =
                new ConnectionConfig(
                        IntStream.of(ports).mapToObj(port -> new Host("127.0.0.1", port)).toList(),
                        database.name(),
                        TestPostgres.SUPERUSER,
                        null,
                        Duration.ofSeconds(10),
                        "nanosync-test",
                        Map.of());
        return Configs.of(connection, pipeline, new StartupMode.Initial(), "public.t");
    }

    private void awaitStreaming() {
        Await.until(
                "changes are committed",
                Duration.ofSeconds(60),
                () -> {
                    job.assertRuns();
                    database.execute("INSERT INTO t SELECT max(id) + 1, 'new', 2 FROM t");
                    return job.committed().stream().anyMatch(line -> line.ordinal() > 0);
                });
    }

    private void assertArrivedExactlyOnce() throws Exception {
        database.execute("INSERT INTO t VALUES (-1, 'end', 0)");
        job.awaitRow("-1|end|");
        job.cancel();
        Replay.assertExactlyOnce(
                job.committed(), "public.t", database, "SELECT id, note, amount FROM t");
    }

    private void awaitStandbyHasAll() {
        Await.until(
                "the standby has all",
                () ->
                        primary.queryLong(
                                        "SELECT count(*) FROM pg_stat_replication WHERE"
                                                + " application_name = 'walreceiver' AND"
                                                + " replay_lsn >= pg_current_wal_lsn()")
                                > 0);
    }

    /** Each connection that is made meanwhile reaches the standby. */
    @Test
    void standbyThatTheReaderMeetsIsWaitedOut() throws Exception {
        job = job("reader", primary.port(), toStandby.port()).start();
        awaitStreaming();
        awaitStandbyHasAll();
        stopPrimary();
        int before = toStandby.connections();
        Await.until(
                "the standby was met twice",
                Duration.ofSeconds(60),
                () -> {
                    job.assertRuns();
                    return toStandby.connections() >= before + 2;
                });
        startPrimary();
        assertArrivedExactlyOnce();
    }

    /** The control connection is away for longer, and with it the look at the slot. */
    @Test
    @Tag("long")
    void standbyThatTheEnumeratorMeetsIsWaitedOut() throws Exception {
        job = job("enumerator", primary.port(), standby.port()).start();
        awaitStreaming();
        awaitStandbyHasAll();
        standby.database("postgres")
                .execute("ALTER SYSTEM SET log_statement = 'all'", "SELECT pg_reload_conf()");
        stopPrimary();
        Await.until(
                "the pipeline's lock was asked of the standby",
                Duration.ofSeconds(60),
                () -> {
                    job.assertRuns();
                    return standby.log().contains("pg_try_advisory_lock");
                });
        startPrimary();
        assertArrivedExactlyOnce();
    }

    /**
     * The connection that is asked whether all is right reaches the primary, the one that streams
     * another server, whose slot is further on: nothing would tell that the changes between are
     * left out.
     */
    @Test
    void streamIsTakenFromTheServerThatWasLookedAt() throws Exception {
        job = job("looked", toPrimary.port()).start();
        awaitStreaming();
        makeSlotFurtherOn();
        toPrimary.divertReplication(twin.port());
        toPrimary.cutConnectionsOfNow();
        Await.until(
                "the other server was met twice",
                Duration.ofSeconds(60),
                () -> {
                    job.assertRuns();
                    database.execute("INSERT INTO t SELECT max(id) + 1, 'new', 2 FROM t");
                    return toPrimary.diverted() >= 2;
                });
        toPrimary.divertNoMore();
        assertArrivedExactlyOnce();
    }

    /**
     * The primary takes no connection more, and the standby hasn't got so far yet that the
     * publication is there: that says nothing of what the slot captures.
     */
    @Test
    void standbyThatLagsHasNoSayAboutWhatIsCaptured() throws Exception {
        SourceConfig config = config("lags", toPrimary.port(), toStandby.port());
        PipelineServer server =
                new PipelineServer(
                        config,
                        new JdbcPgClient(config.connection(), config.walSenderTimeout()),
                        new SessionRegistry(Duration.ZERO));
        awaitStandbyHasAll();
        TestDatabase there = standby.database("postgres");
        there.execute("SELECT pg_wal_replay_pause()");
        try {
            server.begin();
            toPrimary.divertAll(standby.port());
            toPrimary.cutConnectionsOfNow();
            server.look();
            server.look();
            assertThat(toPrimary.diverted()).isPositive();
            toPrimary.divertNoMore();
            server.look();
        } finally {
            server.finished();
            server.close();
            there.execute("SELECT pg_wal_replay_resume()");
        }
    }

    private void makeSlotFurtherOn() {
        TestDatabase there = twin.database("postgres");
        there.execute("CREATE DATABASE " + database.name());
        TestDatabase same = twin.database(database.name());
        same.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, note text, amount numeric(12,2))",
                "CREATE PUBLICATION nanosync_pub_looked FOR TABLE t");
        Await.until(
                "the other server's WAL is further on",
                () -> {
                    same.execute(
                            "INSERT INTO t SELECT g, 'other', 0 FROM generate_series(1, 10000) g",
                            "TRUNCATE t");
                    return same.queryString(
                                    "SELECT pg_current_wal_lsn() > '"
                                            + primary.queryString("SELECT pg_current_wal_lsn()")
                                            + "'::pg_lsn + 1000000")
                            .equals("t");
                });
        same.execute(
                "SELECT pg_create_logical_replication_slot('nanosync_slot_looked', 'pgoutput')");
    }
}
