package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines of many tables, of which most are idle, on a server with usual settings. */
@Tag("long")
final class ManyTablesITCase {

    private static final int TABLES = 10_000;
    private static final int BATCH = 500;
    private static final String COLUMNS =
            "id int PRIMARY KEY, note text, amount numeric(12,2), at timestamptz, "
                    + String.join(
                            ", ",
                            IntStream.range(0, 16).mapToObj(i -> "field_" + i + " text").toList());

    @TempDir private Path folder;

    private static void createTables(TestDatabase database, int tables) {
        for (int from = 0; from < tables; from += BATCH) {
            database.execute(
                    "DO $$ BEGIN FOR i IN "
                            + from
                            + ".."
                            + (Math.min(from + BATCH, tables) - 1)
                            + " LOOP EXECUTE format('CREATE TABLE t_%s ("
                            + COLUMNS
                            + ")', i); EXECUTE format('INSERT INTO t_%s VALUES (1, ''old'')', i);"
                            + " END LOOP; END $$");
        }
    }

    /** What is in use right behind a collection. */
    private static long usedMb() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    }

    private static SourceConfig config(TestDatabase database, int tables) {
        return Configs.initial(
                database,
                "many",
                IntStream.range(0, tables).mapToObj(i -> "public.t_" + i).toArray(String[]::new));
    }

    /** From the start of the job to its stream. */
    private static Duration started(TestDatabase database, SourceJob job) throws Exception {
        long begun = System.nanoTime();
        job.start();
        awaitStreaming(database, job);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Test
    void fourHundredStreamWithinFifteenSeconds(TestReporter reporter) throws Exception {
        try (TestPostgres server = TestPostgres.start(18)) {
            TestDatabase database = server.database();
            createTables(database, 400);
            SourceJob job =
                    new SourceJob(config(database, 400), folder, 1)
                            .checkpointInterval(Duration.ofSeconds(2));
            try {
                Duration started = started(database, job);
                reporter.publishEntry("started in ms", Long.toString(started.toMillis()));
                assertThat(started).isLessThan(Duration.ofSeconds(15));
                assertThat(job.committed()).hasSize(400);
            } finally {
                job.cancel();
            }
        }
    }

    @Test
    void tenThousandStartInThreeMinutesAndStaySmall(TestReporter reporter) throws Exception {
        try (TestPostgres server = TestPostgres.start(18)) {
            TestDatabase database = server.database();
            createTables(database, TABLES);
            SourceJob job =
                    new SourceJob(config(database, TABLES), folder, 1)
                            .checkpointInterval(Duration.ofSeconds(2));
            try {
                Duration started = started(database, job);
                long first = usedMb();
                for (int round = 0; round < 5; round++) {
                    change(database, job, round);
                }
                long last = usedMb();
                assertThat(started).isLessThan(Duration.ofMinutes(3));
                assertThat(last).as("MB in use, %s MB at first", first).isLessThan(first + 100);
                assertThat(last).isLessThan(900);
                reporter.publishEntry(
                        Map.of(
                                "started in s",
                                Long.toString(started.toSeconds()),
                                "heap MB at first",
                                Long.toString(first),
                                "heap MB at last",
                                Long.toString(last)));
            } finally {
                job.cancel();
            }
        }
    }

    private static void awaitStreaming(TestDatabase database, SourceJob job) {
        Await.until(
                "it streams",
                Duration.ofMinutes(10),
                () -> {
                    job.assertRuns();
                    // A slot is active while it is being made as well.
                    return database.queryLong(
                                    "SELECT count(*) FROM pg_stat_replication WHERE state ="
                                            + " 'streaming'")
                            == 1;
                });
    }

    /** A change in every hundredth table arrives. */
    private static void change(TestDatabase database, SourceJob job, int round) {
        database.execute(
                "DO $$ BEGIN FOR i IN 0.."
                        + (TABLES / 100 - 1)
                        + " LOOP EXECUTE format('INSERT INTO t_%s VALUES (%s, ''new'')', i * 100, "
                        + (round + 10)
                        + "); END LOOP; END $$");
        Await.until(
                "the changes are committed",
                Duration.ofMinutes(2),
                () -> {
                    job.assertRuns();
                    return job.committed().stream().filter(line -> line.op() == 'i').count()
                            == (round + 1) * (TABLES / 100L);
                });
    }
}
