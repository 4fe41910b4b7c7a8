package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Before 15 a connection that has sent changes of a partition goes on to send them under the name
 * of its root when it is detached, and the next connection doesn't: a transaction in which that
 * breaks off has other changes on each.
 */
final class DetachedPartitionITCase {

    private static final int ROWS = 200_000;

    @TempDir private Path folder;
    private @Nullable TestDatabase database;
    private @Nullable SourceJob job;

    @AfterEach
    void close() throws Exception {
        if (job != null) {
            job.cancel();
        }
        if (database != null) {
            database.close();
        }
    }

    private SourceJob start(int major, boolean jobFails) throws Exception {
        TestDatabase created = TestPostgres.shared(major).createDatabase();
        database = created;
        created.execute(
                "CREATE TABLE m (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE p PARTITION OF m FOR VALUES FROM (0) TO (1000000)",
                "CREATE TABLE q PARTITION OF m FOR VALUES FROM (1000000) TO (3000000)");
        SourceConfig config = Configs.initial(created, "detached", "public.m");
        SourceJob started =
                new SourceJob(config, folder, 1)
                        .checkpointInterval(Duration.ofMillis(50))
                        .onceAfterRows(35_000, () -> breakOff(created, config.slot(), jobFails))
                        .start();
        job = started;
        Await.until(
                "it streams",
                Duration.ofSeconds(60),
                () -> {
                    started.assertRuns();
                    created.execute("INSERT INTO m SELECT count(*) FROM m");
                    return started.committed().stream().anyMatch(line -> line.op() == 'i');
                });
        created.execute("ALTER TABLE m DETACH PARTITION p");
        return started;
    }

    private static void breakOff(TestDatabase database, String slot, boolean jobFails) {
        if (jobFails) {
            throw new IllegalStateException("Fault of the test");
        }
        database.queryList(
                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
                        + " WHERE slot_name = '"
                        + slot
                        + "'");
    }

    /** Rows of one COPY share places in the WAL, so that one can't be told from another by it. */
    @ParameterizedTest
    @CsvSource({"14, true", "14, false", "13, false"})
    void whatWasSentInFrontOfOtherChangesDoesNotCount(int major, boolean jobFails)
            throws Exception {
        SourceJob started = start(major, jobFails);
        database.execute(
                "BEGIN;"
                        + " INSERT INTO p VALUES (900001), (900002), (900003);"
                        + " COPY m (id) FROM PROGRAM 'seq 2000001 "
                        + (2_000_000 + ROWS)
                        + "';"
                        + " COMMIT",
                "INSERT INTO m VALUES (1000000, 'end')");
        started.awaitRow("1000000|end");
        List<Line> lines = started.committed();
        Replay.assertNothingTwice(lines);
        Set<String> missing =
                new HashSet<>(
                        database.queryList("SELECT id || '|null' FROM q WHERE id >= 2000000"));
        lines.forEach(line -> missing.remove(line.after()));
        assertThat(missing).isEmpty();
        assertThat(lines).filteredOn(line -> line.after().matches("2\\d{6}.*")).hasSize(ROWS);
    }

    @ParameterizedTest
    @CsvSource({"14, true", "14, false"})
    void transactionOfADetachedPartitionAloneIsPassed(int major, boolean jobFails)
            throws Exception {
        SourceJob started = start(major, jobFails);
        database.execute(
                "INSERT INTO p SELECT generate_series(500001, " + (500_000 + ROWS) + ")",
                "INSERT INTO m VALUES (1000000, 'end')");
        started.awaitRow("1000000|end");
        Replay.assertNothingTwice(started.committed());
    }
}
