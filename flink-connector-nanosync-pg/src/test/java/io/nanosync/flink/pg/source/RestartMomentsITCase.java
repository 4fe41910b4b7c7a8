package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stream under load goes on again and again: right behind a COMMIT, when neither a fetch nor a
 * checkpoint has to have seen it, and in the midst of large transactions.
 */
@Tag("long")
final class RestartMomentsITCase {

    private static final int COMMITS = 100;
    private static final int LARGE_TRANSACTIONS = 20;
    private static final int LARGE = 60_000;
    private static final String[] TABLES = {"first", "second", "third"};

    @TempDir private Path folder;
    private AlteredPipeline pipeline;

    @AfterEach
    void close() throws Exception {
        pipeline.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void rightBehindACommit(int major) throws Exception {
        pipeline = new AlteredPipeline(major, folder).loadAll();
        Strikes strikes =
                new Strikes(
                        pipeline,
                        null,
                        new Random(major),
                        Strikes.Kind.JOB,
                        Strikes.Kind.OPERATOR,
                        Strikes.Kind.WALSENDER);
        start();
        pipeline.awaitChanges(TABLES);
        for (int i = 0; i < COMMITS; i++) {
            long id = 5_000_000 + i;
            pipeline.database.execute(
                    ("WITH a AS (INSERT INTO first VALUES (%1$d, 'x', 0)), b AS (INSERT INTO second"
                         + " VALUES (%1$d, 'x', 0)) INSERT INTO third VALUES (%1$d, 'x', 0)")
                            .formatted(id));
            strikes.one(this::start);
            if (i % 10 == 9) {
                pipeline.awaitChanges(TABLES);
            }
        }
        pipeline.assertExactlyOnce(TABLES);
        for (String table : TABLES) {
            assertThat(
                            pipeline.job().committed().stream()
                                    .filter(line -> line.table().equals("public." + table))
                                    .filter(line -> line.op() == 'i')
                                    .filter(line -> line.after().matches("50000\\d\\d\\|x\\|0")))
                    .as(table)
                    .hasSize(COMMITS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void inTheMidstOfALargeTransaction(int major) throws Exception {
        pipeline = new AlteredPipeline(major, folder).load("second", "third");
        Random random = new Random(major);
        start();
        pipeline.awaitChanges("second", "third");
        for (int i = 0; i < LARGE_TRANSACTIONS; i++) {
            int begin = 10_000_000 + i * LARGE;
            pipeline.job().failOnceAfterRows(1 + random.nextInt(LARGE));
            pipeline.database.execute(
                    "INSERT INTO first SELECT g, 'large', 0 FROM generate_series(%d, %d) g"
                            .formatted(begin, begin + LARGE - 1));
            Await.until(
                    "a failure in the midst",
                    Duration.ofSeconds(60),
                    () -> pipeline.job().rowsUntilFault() <= 0);
            if (i % 2 == 0) {
                pipeline.job().cancel();
                start();
            }
        }
        pipeline.assertExactlyOnce(TABLES);
    }

    private void start() throws Exception {
        pipeline.of(TABLES)
                .setting("restart-strategy.fixed-delay.attempts", "1000")
                .onceAfterRows(Long.MAX_VALUE, () -> {});
        pipeline.fromNewestState().start();
    }
}
