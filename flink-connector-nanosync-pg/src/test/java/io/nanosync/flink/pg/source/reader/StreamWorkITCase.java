package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.CheckpointedPositions;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.Timeline;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.metrics.SimpleCounter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stream's work on a real server, fetch by fetch, while its connections go. */
final class StreamWorkITCase {

    private static final String SLOT = "nanosync_slot_work";

    @TempDir private Path folder;

    private TestPostgres server;
    private TestDatabase database;
    private @Nullable TcpProxy proxy;
    private StreamWork work;
    private @Nullable PgClient client;
    private Lsn start;
    private StreamProgress progress;
    private int mostHoursAhead;
    private @Nullable HeldBatches held;
    private long rows;
    private StreamPosition reached;

    @AfterEach
    void close() {
        if (work != null) {
            work.close();
        }
        if (proxy != null) {
            proxy.close();
        }
        server.close();
    }

    private void startServer(int major) {
        server = TestPostgres.start(major);
        database = server.createDatabase();
        database.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, note text)",
                "CREATE PUBLICATION nanosync_pub_work FOR TABLE t",
                "SELECT pg_create_logical_replication_slot('" + SLOT + "', 'pgoutput')");
        start =
                Lsn.parse(
                        database.queryString(
                                "SELECT confirmed_flush_lsn FROM pg_replication_slots"));
    }

    private void startWork(ConnectionConfig connection, int maxAttempts, Duration walSenderTimeout)
            throws PgException {
        SourceConfig config =
                Configs.of(connection, "work", new StartupMode.Initial(), "public.t")
                        .with(SourceOptions.WAL_HEARTBEAT_INTERVAL, Duration.ofMillis(500))
                        .with(SourceOptions.WAL_SENDER_TIMEOUT, walSenderTimeout)
                        .with(SourceOptions.MAX_RECONNECT_ATTEMPTS, maxAttempts)
                        .with(SourceOptions.BATCH_BOUNDARY_SIGNALING, held != null)
                        .with(SourceOptions.NORMALIZE_BUFFER_HOURS, mostHoursAhead);
        PgClient superuser = new JdbcPgClient(database.connectionConfig(), walSenderTimeout);
        try (ControlSession control = superuser.openControl()) {
            ServerIdentity identity = control.identity();
            StreamSplit split =
                    new StreamSplit(
                            Timeline.numbered(identity.systemIdentifier(), identity.timeline()),
                            StreamPosition.at(start),
                            List.of(
                                    Objects.requireNonNull(
                                                    control.describe(
                                                            new QualifiedName("public", "t")))
                                            .schema()),
                            null,
                            List.of(),
                            0);
            progress = StreamProgress.of(config, new CheckpointedPositions(), 2);
            progress.begin(split.position());
            work =
                    new StreamWork(
                            split,
                            config,
                            client == null
                                    ? new JdbcPgClient(connection, walSenderTimeout)
                                    : client,
                            Unrepresentable.failing(),
                            FetchLimits.of(config, 2),
                            progress,
                            held,
                            new StreamDrifts(new DriftApprovals(), new SimpleCounter()));
        }
    }

    private void startWork(int maxAttempts) throws PgException {
        startWork(database.connectionConfig(), maxAttempts, Duration.ofSeconds(60));
    }

    /** Fetches until the condition holds. What a fetch throws ends it. */
    private void fetchUntil(String what, Duration time, Callable<Boolean> condition)
            throws Exception {
        long end = System.nanoTime() + time.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("time until " + what).isLessThan(end);
            if (work.fetch().fetched() instanceof Fetched.Page page) {
                page.batches().forEach(batch -> rows += batch.rowCount());
                reached = ((StreamSplit) page.next()).position();
            }
        }
    }

    private void fetchUntilStreaming() throws Exception {
        fetchUntil(
                "the stream runs",
                Duration.ofSeconds(60),
                () -> progress.status().state() == StreamStatus.State.STREAMING);
    }

    private void fetchFor(Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        fetchUntil("time has passed", time.multipliedBy(10), () -> System.nanoTime() > end);
    }

    private void endWalsender() {
        database.execute(
                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name"
                        + " = '"
                        + SLOT
                        + "'");
    }

    /** PostgreSQL 13 sends an idle slot no message: heartbeats come back as its WAL end alone. */
    @Test
    void lostConnectionsOfAnIdleStreamDoNotAddUp() throws Exception {
        startServer(13);
        startWork(1);
        for (int i = 1; i <= 4; i++) {
            fetchUntilStreaming();
            fetchFor(Duration.ofSeconds(3));
            endWalsender();
            int lost = i;
            fetchUntil(
                    "the loss is noticed",
                    Duration.ofSeconds(20),
                    () -> progress.metrics().lostConnections() == lost);
        }
        fetchUntilStreaming();
        assertThat(rows).isZero();
    }

    @Test
    void saysWhoHoldsTheSlotAndUntilWhenItWaitsAndWaitingCostsNoAttempt() throws Exception {
        startServer(18);
        PgClient other = new JdbcPgClient(database.connectionConfig(), Duration.ofSeconds(60));
        ReplicationStream holder =
                other.startReplication(null, SLOT, "nanosync_pub_work", new Lsn(0), true);
        startWork(1);
        String pid = database.queryString("SELECT active_pid::text FROM pg_replication_slots");
        fetchUntil(
                "it waits",
                Duration.ofSeconds(20),
                () -> progress.status().state() == StreamStatus.State.WAITING_FOR_SLOT);
        assertThat(progress.status().text())
                .matches(
                        "Logical replication slot \"nanosync_slot_work\" is active for PID "
                                + pid
                                + " \\(application \"nanosync-test\", 127\\.0\\.0\\.1:\\d+\\);"
                                + " waiting until 20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        // Tries several times.
        fetchFor(Duration.ofSeconds(6));
        assertThat(progress.status().state()).isEqualTo(StreamStatus.State.WAITING_FOR_SLOT);
        holder.abort();
        holder.close();
        fetchUntilStreaming();
        assertThat(progress.status().text()).isEmpty();
        endWalsender();
        fetchUntil(
                "the loss is noticed",
                Duration.ofSeconds(20),
                () -> progress.metrics().lostConnections() == 1);
        fetchUntilStreaming();
    }

    /** A role that may stream and not write heartbeats would connect anew for ever. */
    @Test
    void probeThatNeedsAPersonFailsTheStream() throws Exception {
        startServer(18);
        database.execute(
                "CREATE ROLE streamer LOGIN REPLICATION PASSWORD 'streamer'",
                "REVOKE EXECUTE ON FUNCTION pg_logical_emit_message(boolean, text, text, boolean)"
                        + " FROM PUBLIC");
        startWork(database.connectionConfig("streamer", "streamer"), 5, Duration.ofSeconds(60));
        assertThatThrownBy(() -> fetchFor(Duration.ofSeconds(20)))
                .isInstanceOf(PgException.class)
                .hasMessageContaining("pg_logical_emit_message")
                .satisfies(
                        e ->
                                assertThat(((PgException) e).recovery())
                                        .isEqualTo(PgException.Recovery.FAIL));
        assertThat(progress.metrics().lostConnections()).isZero();
    }

    @Test
    @Tag("long")
    void blackHoleWhileTheStreamBeginsIsFoundWithinAMinute() throws Exception {
        startServer(18);
        proxy = TcpProxy.to(server.port());
        proxy.swallowAfter("START_REPLICATION", 0);
        startWork(database.connectionConfig(proxy.port()), 5, Duration.ofSeconds(3));
        database.execute("INSERT INTO t VALUES (1, 'a')");
        fetchUntil("the row is there", Duration.ofSeconds(60), () -> rows == 1);
    }

    /** Its control connection is well. */
    @Test
    void blackHoleOfARunningStreamIsFoundOnceTheServerHasGivenUp() throws Exception {
        startServer(18);
        proxy = TcpProxy.to(server.port());
        proxy.swallowAfter("START_REPLICATION", 500);
        startWork(database.connectionConfig(proxy.port()), 5, Duration.ofSeconds(3));
        fetchUntilStreaming();
        database.execute("INSERT INTO t SELECT g, 'a' FROM generate_series(1, 1000) g");
        fetchUntil("all rows are there", Duration.ofSeconds(60), () -> rows == 1000);
        assertThat(proxy.hasSwallowed()).isTrue();
    }

    /** What a checkpoint holds of it in part is pending, as all of it is. */
    @Test
    void largeTransactionIsPendingUntilACheckpointHoldsAllOfIt() throws Exception {
        startServer(18);
        database.execute("INSERT INTO t SELECT g, 'a' FROM generate_series(1, 100000) g");
        Instant committedBefore = Instant.now();
        startWork(5);
        fetchUntil("its first rows are there", Duration.ofSeconds(60), () -> rows > 0);
        assertThat(rows).isLessThan(100_000);
        completeCheckpoint(1);
        assertIsBehindBy(committedBefore);
        fetchUntil(
                "all is there",
                Duration.ofSeconds(60),
                () -> rows == 100_000 && reached.partial() == null);
        assertIsBehindBy(committedBefore);
        completeCheckpoint(2);
        fetchUntil(
                "nothing is pending",
                Duration.ofSeconds(60),
                () -> progress.metrics().lagSeconds() == 0);
    }

    /** PostgreSQL's commits have microseconds, and so does the lag. */
    private void assertIsBehindBy(Instant committedBefore) {
        double age = micros(Instant.now()) - micros(committedBefore);
        assertThat(progress.metrics().lagSeconds()).isGreaterThanOrEqualTo(age / 1e6);
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    /** What was read of a transaction over several connections comes once, and all at once. */
    @Test
    void transactionThatIsHeldBackIsReadOverSeveralConnections() throws Exception {
        startServer(18);
        SpillFiles spilled = new SpillFiles(folder);
        held = new HeldBatches(spilled, 100_000);
        database.execute("INSERT INTO t SELECT g, 'a' FROM generate_series(1, 100000) g");
        startWork(5);
        for (int i = 1; i <= 2; i++) {
            long before = spilled.bytes();
            fetchUntil(
                    "more of it is on disk",
                    Duration.ofSeconds(60),
                    () -> spilled.bytes() > before + 500_000);
            assertThat(rows).isZero();
            endWalsender();
            int lost = i;
            fetchUntil(
                    "the loss is noticed",
                    Duration.ofSeconds(20),
                    () -> progress.metrics().lostConnections() == lost);
        }
        fetchUntil("all is there", Duration.ofSeconds(60), () -> rows > 0);
        assertThat(rows).isEqualTo(100_000);
        assertThat(reached.partial()).isNull();
        database.execute("INSERT INTO t VALUES (0, 'a')");
        fetchUntil("the next is there", Duration.ofSeconds(60), () -> rows == 100_001);
    }

    /** What comes again and again is no progress, however much comes. */
    @Test
    void streamThatBreaksAtTheSamePlaceEachTimeIsGivenUp() throws Exception {
        startServer(18);
        proxy = TcpProxy.to(server.port());
        database.execute(
                "INSERT INTO t SELECT 1, string_agg(md5(g::text), '') FROM generate_series(1,"
                        + " 10000) g");
        proxy.cutEachAfter("START_REPLICATION", 100_000);
        startWork(database.connectionConfig(proxy.port()), 3, Duration.ofSeconds(60));
        assertThatThrownBy(() -> fetchFor(Duration.ofSeconds(6))).isInstanceOf(PgException.class);
        assertThat(progress.metrics().lostConnections()).isEqualTo(3);
    }

    /** Restarting the job can't help, as the same WAL comes again. */
    @Test
    void walThatTheServerCannotDecodeNeedsAPerson() throws Exception {
        startServer(18);
        String error = "could not map filenode \"base/5/16385\" to relation OID";
        PgClient real = new JdbcPgClient(database.connectionConfig(), Duration.ofSeconds(60));
        client =
                (PgClient)
                        Proxy.newProxyInstance(
                                PgClient.class.getClassLoader(),
                                new Class<?>[] {PgClient.class},
                                (self, method, arguments) -> {
                                    if (method.getName().equals("startReplication")) {
                                        throw new PgException(
                                                error, "XX000", PgException.Recovery.RETRY, null);
                                    }
                                    return method.invoke(real, arguments);
                                });
        startWork(2);
        assertThatThrownBy(() -> fetchFor(Duration.ofSeconds(20)))
                .isInstanceOfSatisfying(
                        PgException.class,
                        e -> assertThat(e.recovery()).isEqualTo(PgException.Recovery.FAIL))
                .hasMessageStartingWith(
                        error
                                + ", 3 times in a row behind LSN "
                                + start
                                + ". The server can't decode its WAL there. If it is mended, start"
                                + " the job again from its newest checkpoint. For a fresh snapshot"
                                + " stop the job, run: SELECT");
    }

    @Test
    void streamThatComesSomeWayEachTimeIsNotGivenUp() throws Exception {
        startServer(18);
        proxy = TcpProxy.to(server.port());
        for (int i = 0; i < 60; i++) {
            database.execute(
                    "INSERT INTO t SELECT "
                            + i
                            + ", string_agg(md5(g::text), '') FROM generate_series(1, 1000) g");
        }
        proxy.cutEachAfter("START_REPLICATION", 500_000);
        startWork(database.connectionConfig(proxy.port()), 2, Duration.ofSeconds(60));
        fetchUntil("all rows are there", Duration.ofSeconds(60), () -> rows == 60);
        assertThat(progress.metrics().lostConnections()).isGreaterThan(2);
    }

    /**
     * Commits a row as a subscription does: PostgreSQL sends the time of the origin then.
     *
     * @param hours of source time since some moment
     */
    private void commitAt(int hours, int id) {
        database.execute(
                "SELECT pg_replication_origin_session_setup('source')",
                "BEGIN",
                "SELECT pg_replication_origin_xact_setup('0/"
                        + Integer.toHexString(id)
                        + "', timestamptz '2026-01-01 00:00Z' + interval '"
                        + hours
                        + " hours')",
                "INSERT INTO t VALUES (" + id + ", 'a')",
                "COMMIT",
                "SELECT pg_replication_origin_session_reset()");
    }

    private void completeCheckpoint(long id) {
        progress.checkpointed().snapshot(id, reached);
        progress.checkpointed().completed(id);
    }

    private void fetchUntilStandingStill(long expectedRows) throws Exception {
        fetchUntil(
                "the stream stands still",
                Duration.ofSeconds(60),
                () -> progress.status().state() == StreamStatus.State.THROTTLED);
        String before = database.queryString("SELECT reply_time::text FROM pg_stat_replication");
        fetchUntil(
                "the server gets its status meanwhile",
                Duration.ofSeconds(60),
                () ->
                        !before.equals(
                                database.queryString(
                                        "SELECT reply_time::text FROM pg_stat_replication")));
        assertThat(rows).isEqualTo(expectedRows);
        assertThat(progress.status().state()).isEqualTo(StreamStatus.State.THROTTLED);
    }

    @Test
    void standsStillWhenItIsTooFarAheadOfTheCheckpoints() throws Exception {
        startServer(18);
        database.execute("SELECT pg_replication_origin_create('source')");
        mostHoursAhead = 24;
        commitAt(0, 1);
        commitAt(24, 2);
        commitAt(25, 3);
        commitAt(26, 4);
        startWork(database.connectionConfig(), 5, Duration.ofSeconds(3));
        fetchUntilStandingStill(3);
        assertThat(progress.status().text())
                .startsWith("25.0 h of source time")
                .contains("normalize_buffer_hours");

        completeCheckpoint(1);
        fetchUntil("the rest is there", Duration.ofSeconds(60), () -> rows == 4);
        assertThat(progress.status().state()).isEqualTo(StreamStatus.State.STREAMING);
        assertThat(progress.status().text()).isEmpty();

        // The fourth is in a checkpoint: the time in which nothing was committed doesn't count.
        completeCheckpoint(2);
        commitAt(200, 5);
        commitAt(201, 6);
        fetchUntil("two more are there", Duration.ofSeconds(60), () -> rows == 6);
        commitAt(225, 7);
        commitAt(226, 8);
        fetchUntilStandingStill(7);
    }

    /** A checkpoint that completes without the rows of the last page lets nothing more through. */
    @Test
    void checkpointOfFormerRowsDoesNotLetItGoOn() throws Exception {
        startServer(18);
        database.execute("SELECT pg_replication_origin_create('source')");
        mostHoursAhead = 24;
        startWork(5);
        commitAt(0, 1);
        fetchUntil("the first is there", Duration.ofSeconds(60), () -> rows == 1);
        progress.checkpointed().snapshot(1, reached);
        commitAt(10, 2);
        commitAt(35, 3);
        commitAt(36, 4);
        fetchUntilStandingStill(3);
        progress.checkpointed().completed(1);
        fetchUntilStandingStill(3);
        completeCheckpoint(2);
        fetchUntil("the rest is there", Duration.ofSeconds(60), () -> rows == 4);
    }

    /** Who answers for them may be away for a moment: LDAP, or whoever writes the rules. */
    @Test
    void refusalOfCredentialsThatWereGoodIsTriedAgain() throws Exception {
        startServer(18);
        database.execute("CREATE ROLE good SUPERUSER LOGIN PASSWORD 'good'");
        startWork(database.connectionConfig("good", "good"), 100, Duration.ofSeconds(60));
        fetchUntilStreaming();
        database.execute(
                "ALTER ROLE good NOLOGIN",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'good'");
        fetchUntil(
                "it was refused",
                Duration.ofSeconds(60),
                () -> progress.status().text().contains("not permitted to log in"));
        database.execute("ALTER ROLE good LOGIN", "INSERT INTO t VALUES (1, 'a')");
        fetchUntil("the row is there", Duration.ofSeconds(60), () -> rows == 1);
    }

    @Test
    void refusalThatLastsEndsIt() throws Exception {
        startServer(18);
        database.execute("CREATE ROLE good SUPERUSER LOGIN PASSWORD 'good'");
        startWork(database.connectionConfig("good", "good"), 2, Duration.ofSeconds(60));
        fetchUntilStreaming();
        database.execute(
                "ALTER ROLE good NOLOGIN",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'good'");
        assertThatThrownBy(() -> fetchUntil("it is given up", Duration.ofSeconds(60), () -> false))
                .isInstanceOfSatisfying(
                        PgException.class,
                        e -> assertThat(e.recovery()).isEqualTo(PgException.Recovery.FAIL))
                .hasMessageContaining("not permitted to log in");
    }

    /** A subscription applies what another server committed years ago, while this one is used. */
    @Test
    void oldTimesOfAnotherServerStopNothing() throws Exception {
        startServer(18);
        database.execute("SELECT pg_replication_origin_create('source')");
        mostHoursAhead = 24;
        startWork(5);
        for (int i = 0; i < 10; i++) {
            commitAt(i, 2 * i);
            database.execute("INSERT INTO t VALUES (" + (2 * i + 1) + ", 'a')");
        }
        fetchUntil("all are there", Duration.ofSeconds(60), () -> rows == 20);
        assertThat(progress.status().state()).isEqualTo(StreamStatus.State.STREAMING);
        assertThat(progress.lead().seconds()).isEqualTo(9 * 3600);
        assertThat(progress.metrics().lagSeconds()).isLessThan(60);
    }

    /**
     * A cancelled job mustn't wait, and hold the slot, until a message that comes slowly is there.
     */
    @Test
    void fetchThatIsInTheMidstOfALargeMessageCanBeFreed() throws Exception {
        startServer(18);
        proxy = TcpProxy.to(server.port());
        startWork(database.connectionConfig(proxy.port()), 1, Duration.ofSeconds(60));
        fetchUntilStreaming();
        proxy.slowDown(300_000);
        database.execute(
                "INSERT INTO t SELECT 1, string_agg(md5(g::text), '') FROM"
                        + " generate_series(1, 1000000) g");
        AtomicBoolean freed = new AtomicBoolean();
        CompletableFuture<Void> fetching =
                CompletableFuture.runAsync(
                        () -> {
                            try {
                                fetchUntil("it is freed", Duration.ofMinutes(10), freed::get);
                            } catch (Exception e) {
                                throw new CompletionException(e);
                            }
                        });
        Await.until(
                "a part of the message has come",
                Duration.ofSeconds(60),
                () -> proxy.bytesFromServers() > 1_000_000);
        freed.set(true);
        work.abort();
        fetching.get(30, TimeUnit.SECONDS);
        assertThat(rows).isZero();
    }

    /** A fast shutdown waits for its walsenders. */
    @Test
    void serverMayShutDownWhileItStandsStill() throws Exception {
        startServer(18);
        database.execute("SELECT pg_replication_origin_create('source')");
        mostHoursAhead = 24;
        commitAt(0, 1);
        commitAt(25, 2);
        commitAt(26, 3);
        startWork(database.connectionConfig(), 100, Duration.ofSeconds(60));
        fetchUntilStandingStill(2);
        server.stop();
        server.startAgain();
        fetchUntil(
                "it is connected again",
                Duration.ofSeconds(60),
                () -> progress.metrics().lostConnections() > 0);
        fetchUntilStandingStill(2);
        completeCheckpoint(1);
        fetchUntil("the rest is there", Duration.ofSeconds(60), () -> rows == 3);
    }
}
