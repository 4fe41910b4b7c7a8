package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.DecliningSerializer;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the line between a stream and its server does to it. Meanwhile no checkpoint completes, so
 * nothing may be confirmed; then the job fails, and all comes again, once.
 */
final class NetworkFaultsITCase {

    private static final int TRANSACTIONS = 20;
    private static final int ROWS = 500;

    @TempDir private Path folder;
    private TestDatabase database;
    private TcpProxy proxy;
    private @Nullable SourceJob job;
    private final AtomicBoolean declined = new AtomicBoolean();

    /** What happens when half of the transactions are written. */
    private enum Fault {
        CUT,
        BLACK_HOLE,
        /** So slow that it takes several times {@code wal_sender_timeout}. */
        SLOW_LINE
    }

    @BeforeEach
    void createTable() {
        database = TestPostgres.shared(18).createDatabase();
        proxy = TcpProxy.to(database.port());
        database.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, note text, amount numeric(12,2))",
                "ALTER TABLE t ALTER note SET STORAGE EXTERNAL",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT g, 'n', 1 FROM generate_series(1, 100) g");
    }

    @AfterEach
    void close() throws Exception {
        if (job != null) {
            job.cancel();
        }
        proxy.close();
        database.close();
    }

    private SourceConfig config(Duration walSenderTimeout) {
        return Configs.watchful(
                Configs.of(
                        database.connectionConfig(proxy.port()),
                        "line",
                        new StartupMode.Initial(),
                        "public.t"),
                walSenderTimeout);
    }

    private SourceJob start(Duration walSenderTimeout, int changes) throws Exception {
        SourceJob started =
                new SourceJob(config(walSenderTimeout), folder, 1)
                        .declineCheckpointsWhile(declined)
                        .failOnceAfterRows(100 + 1 + changes + 1)
                        .start();
        job = started;
        Await.until("the stream has begun", Duration.ofSeconds(60), () -> streamingPid() != null);
        database.execute("INSERT INTO t VALUES (1000, 'n', 2)");
        started.awaitCommitted(100 + 1);
        return started;
    }

    private @Nullable String streamingPid() {
        return database.streamingPid("nanosync_slot_line");
    }

    /** From now on none completes; gives where the WAL ends. */
    private String declineCheckpoints() {
        declined.set(true);
        // They come one after the other: none that began before is left then.
        long before = DecliningSerializer.declined();
        Await.until(
                "two checkpoints were declined",
                Duration.ofSeconds(60),
                () -> DecliningSerializer.declined() >= before + 2);
        return database.queryString("SELECT pg_current_wal_insert_lsn()");
    }

    /** All changes have come, and nothing of them is confirmed. */
    private void awaitAllBehind(SourceJob running, String newest) {
        Await.until(
                "all rows have come through",
                Duration.ofSeconds(120),
                () -> {
                    running.assertRuns();
                    assertThat(
                                    database.queryString(
                                            "SELECT confirmed_flush_lsn <= '"
                                                    + newest
                                                    + "' FROM pg_replication_slots WHERE slot_name"
                                                    + " = 'nanosync_slot_line'"))
                            .as("nothing is confirmed that no checkpoint holds")
                            .isEqualTo("t");
                    return running.rowsUntilFault() == 1;
                });
    }

    /** The job fails at one more row, and goes back to its newest checkpoint. */
    private void assertAllComesAgainOnce(SourceJob running, int changes) throws Exception {
        database.execute("INSERT INTO t VALUES (1001, 'n', 2)");
        Await.until(
                "the job has failed", Duration.ofSeconds(60), () -> running.rowsUntilFault() <= 0);
        declined.set(false);
        running.awaitCommitted(100 + 2 + changes);
        running.cancel();
        Replay.assertNothingTwice(running.committed());
        assertThat(Replay.contents(Replay.of(running.committed(), "public.t")))
                .isEqualTo(Replay.contents(database, "SELECT id, note, amount FROM t"));
    }

    private void insert(int transaction) {
        int first = 10_000 + transaction * ROWS;
        database.execute(
                "INSERT INTO t SELECT g, repeat('n', 400), 2 FROM generate_series("
                        + first
                        + ", "
                        + (first + ROWS - 1)
                        + ") g");
    }

    @Test
    void cutCostsNothingAndConfirmsNothing() throws Exception {
        costsNothingAndConfirmsNothing(Fault.CUT);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CUT")
    @Tag("long")
    void costsNothingAndConfirmsNothing(Fault fault) throws Exception {
        int changes = TRANSACTIONS * ROWS;
        SourceJob running = start(Duration.ofSeconds(2), changes);
        String newest = declineCheckpoints();
        String pid = Await.value("it streams", this::streamingPid);
        for (int i = 0; i < TRANSACTIONS; i++) {
            if (i == TRANSACTIONS / 2) {
                happens(fault);
            }
            insert(i);
        }
        awaitAllBehind(running, newest);
        if (fault != Fault.SLOW_LINE) {
            assertThat(streamingPid()).isNotEqualTo(pid);
        }
        proxy.slowDown(Long.MAX_VALUE);
        assertAllComesAgainOnce(running, changes);
    }

    private void happens(Fault fault) {
        switch (fault) {
            case CUT -> proxy.cutConnectionsOfNow();
            case BLACK_HOLE -> proxy.swallowConnectionsOfNow();
            case SLOW_LINE -> proxy.slowDown(300_000);
        }
    }

    /** The line takes several of them for what comes. */
    @Test
    void serverMayWaitForASecondOnly() throws Exception {
        int changes = 4 * ROWS;
        SourceJob running = start(Duration.ofSeconds(1), changes);
        String newest = declineCheckpoints();
        proxy.slowDown(150_000);
        for (int i = 0; i < 4; i++) {
            insert(i);
        }
        awaitAllBehind(running, newest);
        proxy.slowDown(Long.MAX_VALUE);
        assertAllComesAgainOnce(running, changes);
    }

    /** The server isn't told, and would keep the slot for the connection that is gone. */
    @Test
    void formerWalsenderIsNotWaitedFor() throws Exception {
        SourceJob running = start(Duration.ofMinutes(10), ROWS);
        String newest = declineCheckpoints();
        String pid = Await.value("it streams", this::streamingPid);
        proxy.cutClientsOfNow();
        insert(0);
        awaitAllBehind(running, newest);
        assertThat(streamingPid()).isNotEqualTo(pid);
        assertAllComesAgainOnce(running, ROWS);
    }

    /** It takes several times wal_sender_timeout, in which the driver can't answer the server. */
    @Test
    @Tag("long")
    void hugeRowComesOverASlowLine() throws Exception {
        SourceJob running = start(Duration.ofSeconds(3), 1);
        String newest = declineCheckpoints();
        proxy.slowDown(4 << 20);
        database.execute("INSERT INTO t VALUES (5000, repeat('h', 40 << 20), 2)");
        awaitAllBehind(running, newest);
        proxy.slowDown(Long.MAX_VALUE);
        assertAllComesAgainOnce(running, 1);
    }
}
