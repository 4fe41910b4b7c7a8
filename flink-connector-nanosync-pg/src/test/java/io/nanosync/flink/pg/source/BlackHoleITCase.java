package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.enumerator.EnumeratorCheckpoint;
import io.nanosync.flink.pg.source.enumerator.WatchfulEnumerator;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connection whose other end is gone without a word: neither bytes nor an end ever come. */
final class BlackHoleITCase {

    private static final int ROWS = 20_000;

    @TempDir private Path folder;
    private TestDatabase database;
    private TcpProxy proxy;
    private SourceJob job;
    private final CountDownLatch released = new CountDownLatch(1);

    /** Asks the keeper so often that nothing on the way takes its connection for dead. */
    private static final class AskingItsKeeper extends WrappedSource {
        private static final long serialVersionUID = 1L;

        private final SourceConfig config;
        private final Duration period;

        AskingItsKeeper(PgSource source, SourceConfig config, Duration period) {
            super(source);
            this.config = config;
            this.period = period;
        }

        @Override
        public SplitEnumerator<PgSplit, EnumeratorCheckpoint> createEnumerator(
                SplitEnumeratorContext<PgSplit> context) {
            return WatchfulEnumerator.of(context, config, null, period);
        }

        @Override
        public SplitEnumerator<PgSplit, EnumeratorCheckpoint> restoreEnumerator(
                SplitEnumeratorContext<PgSplit> context, EnumeratorCheckpoint restored) {
            return WatchfulEnumerator.of(context, config, restored, period);
        }
    }

    @BeforeEach
    void createTable() {
        database = TestPostgres.shared(18).createDatabase();
        proxy = TcpProxy.to(database.port());
        database.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, note text, amount numeric(12,2))",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT g, repeat('n', 100), 1 FROM generate_series(1, 20000) g",
                "VACUUM t");
    }

    @AfterEach
    void close() throws Exception {
        released.countDown();
        if (job != null) {
            job.cancel();
        }
        proxy.close();
        database.close();
    }

    private SourceConfig config() {
        return Configs.of(
                database.connectionConfig(proxy.port()),
                "hole",
                new StartupMode.Initial(),
                "public.t");
    }

    private void assertAllArriveWithin(Duration time, int rows) throws Exception {
        Await.until(
                "all rows have arrived",
                time,
                () -> {
                    job.assertRuns();
                    return job.committed().size() >= rows;
                });
        job.cancel();
        Replay.assertNothingTwice(job.committed());
        assertThat(Replay.contents(Replay.of(job.committed(), "public.t")))
                .isEqualTo(Replay.contents(database, "SELECT id, note, amount FROM t"));
    }

    @Test
    @Tag("long")
    void copyIsReadOnWithinAMinute() throws Exception {
        proxy.swallowAfter("COPY (", 100_000);
        job = new SourceJob(config(), folder, 1).start();
        Await.until("a COPY is swallowed", Duration.ofSeconds(30), proxy::hasSwallowed);
        assertAllArriveWithin(Duration.ofSeconds(60), ROWS);
    }

    /**
     * The keeper of the snapshot has nothing to say for as long as that is read. When its session
     * is gone, all that isn't begun has to be read anew.
     */
    @Test
    void keeperIsNotForgottenOnTheWay() throws Exception {
        Duration memory = Duration.ofSeconds(2);
        proxy.forgetAfter("pg_export_snapshot", memory);
        SourceConfig config = config();
        job =
                new SourceJob(config, folder, 1)
                        .wrapped(
                                source ->
                                        new AskingItsKeeper(
                                                source,
                                                config.awaitingCheckpoint(true),
                                                Duration.ofMillis(500)))
                        .onceAfterRows(500, this::awaitRelease)
                        .start();
        Await.until("rows have come", Duration.ofSeconds(60), () -> job.rowsUntilFault() <= 0);
        long end = System.nanoTime() + 2 * memory.toNanos();
        Await.until(
                "the keeper would have been forgotten",
                () -> {
                    job.assertRuns();
                    return System.nanoTime() >= end;
                });
        released.countDown();
        // Without a truncate and what was read before it.
        assertAllArriveWithin(Duration.ofSeconds(60), ROWS);
        assertThat(job.committed()).hasSize(ROWS);
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The host of the JobManager is gone: the server still has its sessions, and with them the lock
     * of the pipeline and the slot. The next job waits until they are let go.
     */
    @Test
    @Tag("long")
    void nextJobOutlastsTheSessionsOfTheOneBefore() throws Exception {
        job = new SourceJob(config(), folder, 1).start();
        Await.until(
                "it streams",
                Duration.ofSeconds(60),
                () -> {
                    job.assertRuns();
                    database.execute("INSERT INTO t SELECT max(id) + 1, 'new', 2 FROM t");
                    return job.committed().stream().anyMatch(line -> line.ordinal() > 0);
                });
        proxy.swallowConnectionsOfNow();
        job.cancel();
        job = new SourceJob(config(), folder, 1).fromSavepoint(newestCheckpoint()).start();
        database.execute("INSERT INTO t VALUES (-1, 'end', 2)");
        assertAllArriveWithin(
                Duration.ofMinutes(5), (int) database.queryLong("SELECT count(*) FROM t"));
    }

    private String newestCheckpoint() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("checkpoints"))) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .map(Path::getParent)
                    .max(
                            Comparator.comparingLong(
                                    chk ->
                                            Long.parseLong(
                                                    chk.getFileName()
                                                            .toString()
                                                            .substring("chk-".length()))))
                    .orElseThrow()
                    .toUri()
                    .toString();
        }
    }
}
