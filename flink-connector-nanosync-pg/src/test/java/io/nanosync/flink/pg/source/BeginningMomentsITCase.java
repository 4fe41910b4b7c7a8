package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A pipeline begins under load on a publication and a slot that somebody made, and something is
 * killed or cut at a random moment of it: the outcome is exact, and what was made stays.
 */
@Tag("long")
final class BeginningMomentsITCase {

    private static final int MOMENTS = 20;
    private static final int MORE_ROWS = 20_000;
    private static final String[] TABLES = {"first", "second"};

    @TempDir private Path folder;
    private AlteredPipeline pipeline;
    private TcpProxy proxy;

    static IntStream seeds() {
        return IntStream.rangeClosed(1, MOMENTS);
    }

    @AfterEach
    void close() throws Exception {
        pipeline.close();
        proxy.close();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverIsKilledWhenever(int seed) throws Exception {
        Random random = new Random(seed * 7_919L);
        proxy = TcpProxy.to(TestPostgres.shared(18).port());
        pipeline = new AlteredPipeline(18, folder).through(proxy).loadAll();
        pipeline.database.execute(
                "INSERT INTO second SELECT g, repeat('note', 20), 0 FROM generate_series(1000001, "
                        + (1_000_000 + MORE_ROWS)
                        + ") g");
        pipeline.madeByHand(random.nextBoolean(), TABLES);
        String made = made();
        Strikes strikes =
                new Strikes(
                        pipeline,
                        proxy,
                        random,
                        Strikes.Kind.JOB,
                        Strikes.Kind.KEEPER,
                        Strikes.Kind.WALSENDER,
                        Strikes.Kind.CONNECTIONS);
        start();
        if (random.nextInt(3) == 0) {
            strikes.pause(1_500);
        } else {
            awaitRows(random.nextInt(MORE_ROWS));
        }
        strikes.oneOrTwo(2_000, this::start);
        pipeline.awaitChanges(TABLES);
        pipeline.assertExactlyOnce(TABLES);
        assertThat(made()).isEqualTo(made);
    }

    private void start() throws Exception {
        pipeline.of(TABLES)
                .setting("restart-strategy.fixed-delay.attempts", "1000")
                .onceAfterRows(Long.MAX_VALUE, () -> {});
        pipeline.fromNewestState().start();
    }

    private void awaitRows(int rows) {
        Await.until(
                rows + " rows have come",
                Duration.ofSeconds(60),
                () -> Long.MAX_VALUE - pipeline.job().rowsUntilFault() >= rows);
    }

    private String made() {
        return pipeline.database.queryString(
                "SELECT (SELECT oid FROM pg_publication WHERE pubname = 'nanosync_pub_altered')"
                        + " || ' ' || (SELECT count(*) FROM pg_replication_slots WHERE slot_name ="
                        + " 'nanosync_slot_altered' AND database = current_database())");
    }
}
