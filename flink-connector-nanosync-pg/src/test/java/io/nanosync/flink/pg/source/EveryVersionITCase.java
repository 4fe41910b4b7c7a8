package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * One life of a pipeline under load, on each version: a failure in the snapshot, its keeper killed,
 * a failure in the stream, its walsender killed, a savepoint, another parallelism, a publication
 * that is altered.
 */
@Tag("long")
final class EveryVersionITCase {

    @TempDir private Path folder;
    private TestDatabase database;
    private SourceJob job;
    private BackgroundLoad load;

    @AfterEach
    void cleanUp() throws Exception {
        if (load != null) {
            load.stop();
        }
        if (job != null) {
            job.cancel();
        }
        database.close();
    }

    private void awaitFurtherChanges() {
        long before = changes();
        Await.until(
                "further changes are committed",
                Duration.ofSeconds(120),
                () -> {
                    job.assertRuns();
                    return changes() > before;
                });
    }

    private long changes() {
        return job.committed().stream().filter(line -> line.ordinal() > 0).count();
    }

    private void killWalsender() {
        String pid =
                Await.value(
                        "the slot is active",
                        () ->
                                database.queryList(
                                                "SELECT active_pid FROM pg_replication_slots WHERE"
                                                        + " active AND database ="
                                                        + " current_database()")
                                        .get(0));
        database.queryList("SELECT pg_terminate_backend(" + pid + ")");
    }

    @ParameterizedTest
    @FieldSource("io.nanosync.flink.pg.testing.TestPostgres#VERSIONS")
    void wholeLife(int major) throws Exception {
        database = TestPostgres.shared(major).createDatabase();
        database.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, note text, amount numeric(12,2))",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT g, 'note ' || g, g / 100.0 FROM generate_series(1, 20000) g",
                "CREATE TABLE m (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)",
                "ALTER TABLE m REPLICA IDENTITY FULL",
                "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (1000)",
                "ALTER TABLE m1 REPLICA IDENTITY FULL",
                "INSERT INTO m SELECT g, 'note ' || g FROM generate_series(1, 900) g");
        load =
                BackgroundLoad.start(
                        database,
                        (connection, statement, i) -> {
                            statement.execute(
                                    "INSERT INTO t VALUES (" + (100_000 + i) + ", 'new', 1)");
                            statement.execute(
                                    "UPDATE t SET amount = amount + 1 WHERE id = "
                                            + i * 37 % 20000);
                            statement.execute(
                                    "UPDATE m SET note = 'x" + i + "' WHERE id = " + i % 900);
                            statement.execute("DELETE FROM t WHERE id = " + (100_000 + i / 2));
                            BackgroundLoad.end(connection, i);
                        });
        SourceConfig config = Configs.initial(database, "life", "public.t", "public.m");
        job =
                new SourceJob(config, folder, 2)
                        .onceAfterRows(3000, () -> Keepers.kill(database))
                        .start();
        awaitFurtherChanges();
        killWalsender();
        awaitFurtherChanges();
        String savepoint = job.stopWithSavepoint();
        job =
                new SourceJob(config, folder, 3)
                        .fromSavepoint(savepoint)
                        .failOnceAfterRows(200)
                        .start();
        awaitFurtherChanges();
        Await.until(
                "it has failed and goes on",
                Duration.ofSeconds(120),
                () -> {
                    job.assertRuns();
                    return job.rowsUntilFault() <= 0;
                });
        awaitFurtherChanges();
        assertArrivedExactlyOnce();
        assertRefusesAnAlteredPublication(config);
    }

    private void assertArrivedExactlyOnce() throws Exception {
        load.stop();
        load = null;
        database.execute("INSERT INTO t VALUES (-1, 'end', 0)");
        job.awaitRow("-1|end|");
        List<Line> lines = job.committed();
        Replay.assertExactlyOnce(lines, "public.t", database, "SELECT id, note, amount FROM t");
        assertThat(Replay.contents(Replay.of(lines, "public.m")))
                .isEqualTo(Replay.contents(database, "SELECT id, note FROM m"));
    }

    private void assertRefusesAnAlteredPublication(SourceConfig config) {
        database.execute(
                "ALTER PUBLICATION " + config.publication() + " DROP TABLE m",
                "INSERT INTO m VALUES (950, 'missing')",
                "ALTER PUBLICATION " + config.publication() + " ADD TABLE m");
        assertThat(job.failure()).contains("PipelineFailedException").contains("public.m");
    }
}
