package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Single tables are read again while the others go on where they are. */
final class ResnapshotITCase {

    @TempDir private Path folder;
    private @Nullable AlteredPipeline pipeline;

    private AlteredPipeline pipeline(int major) {
        pipeline = new AlteredPipeline(major, folder);
        return pipeline;
    }

    @AfterEach
    void close() throws Exception {
        if (pipeline != null) {
            pipeline.close();
        }
    }

    private static void awaitTruncated(AlteredPipeline pipeline, String... tables) {
        Await.until(
                "rows of " + List.of(tables) + " are taken back",
                Duration.ofSeconds(90),
                () -> {
                    pipeline.job().assertRuns();
                    return pipeline.truncated().stream()
                            .sorted()
                            .toList()
                            .equals(Stream.of(tables).map(table -> "public." + table).toList());
                });
    }

    /** The running job does so by itself. */
    @Test
    void tableOfARunningPipelineIsReadAgain() throws Exception {
        readAgainWhileItRuns(18);
    }

    @Test
    @Tag("long")
    void tableOfARunningPipelineIsReadAgainOnAnOldServer() throws Exception {
        readAgainWhileItRuns(13);
    }

    private void readAgainWhileItRuns(int major) throws Exception {
        AlteredPipeline pipeline = pipeline(major).loadAll();
        pipeline.start("first", "second");
        pipeline.awaitChanges("first", "second");
        pipeline.readAgain("second");
        awaitTruncated(pipeline, "second");
        pipeline.awaitChanges("first", "second");
        Await.until("the request is done", Duration.ofSeconds(60), () -> pipeline.requests() == 0);
        pipeline.readAgain("first", "second");
        awaitTruncated(pipeline, "first", "second", "second");
        pipeline.awaitChanges("first", "second");
        pipeline.assertExactlyOnce("first", "second");
        assertThat(pipeline.published()).containsExactly("first", "second");
    }

    /** Beside a table that is added and one that is removed, with failures on the way. */
    @Test
    void keeperAndJobAreKilledWhileATableIsReadAgain() throws Exception {
        AlteredPipeline pipeline = pipeline(18).loadAll();
        pipeline.database.execute(
                "INSERT INTO second SELECT g, repeat('note', 20), 0 FROM"
                        + " generate_series(1000001, 1020000) g");
        String savepoint = pipeline.savepointOf("first", "second");
        pipeline.readAgain("second");
        int before = pipeline.job().committed().size();
        pipeline.of("second", "third")
                .onceAfterRows(
                        before + 5000,
                        () -> {
                            Keepers.kill(pipeline.database);
                            throw new IllegalStateException("Fault of the test");
                        })
                .fromSavepoint(savepoint)
                .start();
        pipeline.awaitChanges("second", "third");
        pipeline.awaitPublished("second", "third");
        pipeline.assertExactlyOnce("second", "third");
        assertThat(pipeline.truncated()).startsWith("public.second");
    }

    static Stream<Arguments> whatIsMended() {
        return Stream.of(
                Arguments.of(
                        "made anew",
                        List.of(
                                "DROP TABLE second",
                                "CREATE TABLE second (id bigint PRIMARY KEY, amount int, extra"
                                        + " text)",
                                "ALTER TABLE second REPLICA IDENTITY FULL",
                                "INSERT INTO second SELECT g, 7, 'new' FROM"
                                        + " generate_series(1, 100) g")),
                Arguments.of(
                        "fell out of the publication",
                        List.of(
                                "ALTER PUBLICATION nanosync_pub_altered DROP TABLE second",
                                "UPDATE second SET note = 'unseen' WHERE id < 10")),
                Arguments.of(
                        "with a column more",
                        List.of(
                                "UPDATE second SET note = 'seen' WHERE id < 10",
                                "ALTER TABLE second ADD COLUMN extra text DEFAULT 'more'",
                                "UPDATE second SET note = 'behind' WHERE id < 20")));
    }

    static Stream<Arguments> whatIsMendedAlike() {
        return Stream.of(
                Arguments.of(
                        "swapped in",
                        List.of(
                                "CREATE TABLE newer (LIKE second INCLUDING ALL)",
                                "ALTER TABLE newer REPLICA IDENTITY FULL",
                                "INSERT INTO newer SELECT g, 'newer' FROM"
                                        + " generate_series(1, 100) g",
                                "BEGIN; ALTER TABLE second RENAME TO older; ALTER TABLE newer"
                                        + " RENAME TO second; COMMIT")),
                Arguments.of(
                        "with a column made anew",
                        List.of(
                                "ALTER TABLE second DROP COLUMN note",
                                "ALTER TABLE second ADD COLUMN note text DEFAULT 'other'",
                                "UPDATE second SET note = 'behind' WHERE id < 20")));
    }

    /** The error names the command; the others lose nothing and repeat nothing. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("whatIsMended")
    void tableThatCannotBeFollowedAnyMoreIsReadAgain(String name, List<String> statements)
            throws Exception {
        mend(statements);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatIsMendedAlike")
    @Tag("long")
    void andSoIs(String name, List<String> statements) throws Exception {
        mend(statements);
    }

    private void mend(List<String> statements) throws Exception {
        AlteredPipeline pipeline = pipeline(18).load("first");
        pipeline.start("first", "second");
        pipeline.awaitChanges("first");
        pipeline.database.execute(statements.toArray(String[]::new));
        assertThat(pipeline.job().failure())
                .contains("PipelineFailedException")
                .contains("nanosync resnapshot pipeline altered --table public.second;");
        pipeline.readAgain("second");
        pipeline.startFrom(pipeline.newestState(), "first", "second");
        awaitTruncated(pipeline, "second");
        pipeline.awaitChanges("first");
        pipeline.database.execute("UPDATE second SET id = -id WHERE id > 50");
        pipeline.awaitChanges("second");
        pipeline.awaitPublished("first", "second");
        pipeline.assertExactlyOnce("first", "second");
    }

    /** What came under its former name is taken back there. */
    @Test
    void tableThatWasRenamedIsReadAgainUnderItsNewName() throws Exception {
        AlteredPipeline pipeline = pipeline(18).load("first");
        pipeline.start("first", "second");
        pipeline.awaitChanges("first");
        String savepoint = pipeline.stop();
        pipeline.database.execute("ALTER TABLE second RENAME TO other");
        pipeline.readAgain("other");
        pipeline.startFrom(savepoint, "first", "other");
        awaitTruncated(pipeline, "other", "second");
        pipeline.awaitChanges("first");
        pipeline.assertExactlyOnce("first", "other");
    }

    /** The running job finds no table to read, and is asked no more. */
    @Test
    void requestForATableThatIsNotCapturedChangesNothing() throws Exception {
        AlteredPipeline pipeline = pipeline(18).load("first");
        pipeline.start("first");
        pipeline.awaitChanges("first");
        pipeline.readAgain("third");
        Await.until(
                "the request is gone",
                Duration.ofSeconds(60),
                () -> {
                    pipeline.job().assertRuns();
                    return pipeline.requests() == 0;
                });
        pipeline.awaitChanges("first");
        pipeline.assertExactlyOnce("first");
        Predicate<Line> isTruncate = line -> line.op() == 't';
        assertThat(pipeline.job().committed()).noneMatch(isTruncate);
    }
}
