package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tables are added, removed and read again under load, and something is killed or cut at a random
 * moment of it, again and again over the life of one pipeline: the outcome is exact.
 */
@Tag("long")
final class AlterationMomentsITCase {

    private static final int MOMENTS = 20;

    @TempDir private Path folder;
    private AlteredPipeline pipeline;
    private Random random;

    /** What happens to the pipeline. */
    private enum Action {
        /** The third table comes, and goes the next time. */
        ADD_AND_REMOVE,
        /** The second one is read again, by a job that runs or at its start. */
        READ_AGAIN,
        /** All of it. */
        BOTH
    }

    @BeforeEach
    void load() {
        pipeline = new AlteredPipeline(18, folder).loadAll();
        for (String table : List.of("second", "third")) {
            pipeline.database.execute(
                    "INSERT INTO "
                            + table
                            + " SELECT g, repeat('note', 20), 0 FROM"
                            + " generate_series(1000001, 1020000) g");
        }
    }

    @AfterEach
    void close() throws Exception {
        pipeline.close();
    }

    @ParameterizedTest
    @CsvSource({"ADD_AND_REMOVE, 1", "READ_AGAIN, 2", "BOTH, 3"})
    void whateverIsKilledWhenever(Action action, long seed) throws Exception {
        random = new Random(seed);
        Strikes strikes =
                new Strikes(
                        pipeline,
                        null,
                        random,
                        Strikes.Kind.JOB,
                        Strikes.Kind.KEEPER,
                        Strikes.Kind.WALSENDER,
                        Strikes.Kind.OPERATOR);
        String[] all = {"first", "second", "third"};
        String[] few = {"first", "second"};
        pipeline.start(few);
        pipeline.awaitChanges(few);
        end();
        start(few);
        String[] tables = few;
        for (int i = 0; i < MOMENTS; i++) {
            boolean again = action == Action.READ_AGAIN || random.nextBoolean();
            if (action != Action.READ_AGAIN) {
                end();
                tables = tables == few ? all : few;
                readAgain(action, again && random.nextBoolean());
                start(tables);
            }
            readAgain(action, again);
            String[] present = tables;
            strikes.pause(4000);
            strikes.oneOrTwo(2000, () -> start(present));
        }
        end();
        start(all);
        pipeline.awaitChanges(all);
        pipeline.finish(all);
        judge("first", lines("first"));
        judge("second", lines("second"));
        judge("third", lastLife(lines("third")));
    }

    private void start(String... tables) throws Exception {
        pipeline.of(tables)
                .setting("restart-strategy.fixed-delay.attempts", "1000")
                .onceAfterRows(Long.MAX_VALUE, () -> {});
        pipeline.fromNewestState().start();
    }

    private void readAgain(Action action, boolean now) throws IOException {
        if (now && action != Action.ADD_AND_REMOVE) {
            pipeline.readAgain("second");
        }
    }

    /** By a savepoint, or as it is. */
    private void end() throws Exception {
        if (random.nextBoolean()) {
            pipeline.awaitChanges("first");
            Await.until("the job stops with a savepoint", Duration.ofSeconds(90), this::hasStopped);
        } else {
            pipeline.job().cancel();
        }
    }

    /** It may be restarting still behind a strike, which is no time for a savepoint. */
    private boolean hasStopped() throws Exception {
        pipeline.job().assertRuns();
        try {
            pipeline.stop();
            return true;
        } catch (ExecutionException noSavepoint) {
            return false;
        }
    }

    private List<Line> lines(String table) {
        return Replay.of(pipeline.job().committed(), "public." + table);
    }

    /** Since the table was added the last time. */
    private static List<Line> lastLife(List<Line> lines) {
        long snapshot =
                lines.stream()
                        .filter(line -> line.op() == 'r')
                        .map(Line::commitLsn)
                        .max(Long::compareUnsigned)
                        .orElseThrow();
        return lines.stream()
                .filter(line -> Long.compareUnsigned(line.commitLsn(), snapshot) >= 0)
                .toList();
    }

    private void judge(String table, List<Line> lines) {
        Replay.assertNothingTwice(lines);
        assertThat(Replay.contents(lines))
                .as(table)
                .isEqualTo(Replay.contents(pipeline.database, "SELECT * FROM " + table));
        assertThat(lines.stream().filter(line -> line.op() == 'r').map(Line::commitLsn).distinct())
                .as("snapshots of " + table)
                .hasSize(1);
    }
}
