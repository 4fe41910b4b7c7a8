package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.DecliningSerializer;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stream's connection while the job is back-pressured, and while the server goes away. Each
 * test has a server of its own.
 */
final class StreamConnectionITCase {

    private static final String SLOT = "nanosync_slot_conn";

    @TempDir private Path folder;
    private TestPostgres server;
    private TestDatabase database;
    private SourceJob job;
    private final CountDownLatch released = new CountDownLatch(1);

    @BeforeEach
    void startServer() {
        server = TestPostgres.start(18);
        database = server.createDatabase();
        database.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, note text, amount numeric(12,2))",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT g, 'n', 1 FROM generate_series(1, 100) g");
    }

    @AfterEach
    void close() throws Exception {
        released.countDown();
        if (job != null) {
            job.cancel();
        }
        server.close();
    }

    private SourceConfig config(Duration walSenderTimeout) {
        return Configs.watchful(Configs.initial(database, "conn", "public.t"), walSenderTimeout);
    }

    /** Starts a job that blocks at the first change. */
    private void startBlockedJob(Duration walSenderTimeout) throws Exception {
        job =
                new SourceJob(config(walSenderTimeout), folder, 1)
                        .onceAfterRows(
                                101,
                                () -> {
                                    try {
                                        released.await();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                })
                        .start();
        Await.until("the stream has begun", Duration.ofSeconds(60), () -> streamingPid() != null);
        database.execute("INSERT INTO t SELECT g, 'n', 2 FROM generate_series(1001, 60000) g");
    }

    private @Nullable String streamingPid() {
        return database.streamingPid(SLOT);
    }

    private void assertArrived() throws Exception {
        job.awaitCommitted(100 + 59_000);
        job.cancel();
        Replay.assertNothingTwice(job.committed());
        assertThat(Replay.contents(Replay.of(job.committed(), "public.t")))
                .isEqualTo(Replay.contents(database, "SELECT id, note, amount FROM t"));
    }

    @Test
    void serverIsAnsweredForLongerThanItsTimeOutWhileTheJobIsBlocked() throws Exception {
        startBlockedJob(Duration.ofSeconds(5));
        String pid = Await.value("it streams", this::streamingPid);
        String start = database.queryString("SELECT clock_timestamp()::text");
        Await.until(
                "more than two time-outs have passed and the server was answered in the last of"
                        + " them",
                Duration.ofSeconds(60),
                () ->
                        database.queryLong(
                                        "SELECT count(*) FROM pg_stat_replication WHERE reply_time"
                                                + " > '"
                                                + start
                                                + "'::timestamptz + interval '12 s'")
                                == 1);
        assertThat(streamingPid()).isEqualTo(pid);
        released.countDown();
        assertArrived();
    }

    @Test
    void serverStopsFastAlthoughTheJobIsBlockedAndTheJobGoesOnAfterwards() throws Exception {
        startBlockedJob(Duration.ofSeconds(60));
        long begun = System.nanoTime();
        server.stop();
        // Behind 30 s it would be an immediate one.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
        server.startAgain();
        released.countDown();
        assertArrived();
    }

    @Test
    void serverCrashCostsNothing() throws Exception {
        job = new SourceJob(config(Duration.ofSeconds(60)), folder, 1).start();
        Await.until("the stream has begun", Duration.ofSeconds(60), () -> streamingPid() != null);
        database.execute("INSERT INTO t SELECT g, 'n', 2 FROM generate_series(1001, 30000) g");
        server.killImmediately();
        server.startAgain();
        database.execute("INSERT INTO t SELECT g, 'n', 2 FROM generate_series(30001, 60000) g");
        assertArrived();
    }

    /**
     * What was only fetched must come again after a failure, so a reconnect may not confirm it. The
     * stream breaks twice, since each connection begins further on than the last checkpoint.
     */
    @Test
    void reconnectConfirmsNothingThatNoCheckpointHolds() throws Exception {
        AtomicBoolean declined = new AtomicBoolean();
        job =
                new SourceJob(config(Duration.ofSeconds(60)), folder, 1)
                        .declineCheckpointsWhile(declined)
                        .failOnceAfterRows(100 + 1 + 2 * 10_000 + 1)
                        .start();
        Await.until("the stream has begun", Duration.ofSeconds(60), () -> streamingPid() != null);
        database.execute("INSERT INTO t VALUES (1000, 'n', 2)");
        job.awaitCommitted(100 + 1);

        declined.set(true);
        // Checkpoints come one after the other: none that began before is left now.
        long declinedBefore = DecliningSerializer.declined();
        Await.until(
                "two checkpoints were declined",
                Duration.ofSeconds(60),
                () -> DecliningSerializer.declined() >= declinedBefore + 2);
        String newest = database.queryString("SELECT pg_current_wal_insert_lsn()");
        for (int round = 1; round <= 2; round++) {
            for (int i = 0; i < 100; i++) {
                int first = round * 100_000 + i * 100;
                database.execute(
                        "INSERT INTO t SELECT g, 'n', 2 FROM generate_series("
                                + first
                                + ", "
                                + (first + 99)
                                + ") g");
            }
            int left = 2 * 10_000 + 1 - round * 10_000;
            Await.until(
                    "all rows have come through",
                    Duration.ofSeconds(60),
                    () -> job.rowsUntilFault() == left);
            String broken = Await.value("it streams", this::streamingPid);
            database.execute("SELECT pg_terminate_backend(" + broken + ")");
            Await.until(
                    "the stream is connected anew",
                    Duration.ofSeconds(60),
                    () -> streamingPid() != null && !broken.equals(streamingPid()));
            assertNothingIsConfirmedBehind(newest, Duration.ofSeconds(3));
        }

        database.execute("INSERT INTO t VALUES (1001, 'n', 2)");
        Await.until("the job has failed", Duration.ofSeconds(60), () -> job.rowsUntilFault() <= 0);
        declined.set(false);
        job.awaitCommitted(100 + 2 + 2 * 10_000);
        job.cancel();
        Replay.assertNothingTwice(job.committed());
        assertThat(Replay.contents(Replay.of(job.committed(), "public.t")))
                .isEqualTo(Replay.contents(database, "SELECT id, note, amount FROM t"));
    }

    private void assertNothingIsConfirmedBehind(String lsn, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        Await.until(
                "the slot was watched for " + time,
                Duration.ofSeconds(60),
                () -> {
                    assertThat(
                                    database.queryString(
                                            "SELECT confirmed_flush_lsn - '"
                                                    + lsn
                                                    + "' FROM pg_replication_slots WHERE slot_name"
                                                    + " = '"
                                                    + SLOT
                                                    + "'"))
                            .as("bytes confirmed behind the newest checkpoint")
                            .matches("0|-.*");
                    return System.nanoTime() >= end;
                });
    }
}
