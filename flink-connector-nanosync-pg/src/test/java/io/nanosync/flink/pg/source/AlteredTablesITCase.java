package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.Await;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables are added to and removed from a pipeline that streams, between a savepoint and a start.
 */
final class AlteredTablesITCase {

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

    @Test
    void addedTableIsReadAndThenStreamed() throws Exception {
        AlteredPipeline pipeline = pipeline(18).loadAll();
        pipeline.startFrom(pipeline.savepointOf("first"), "first", "second");
        pipeline.awaitChanges("first", "second");
        pipeline.assertExactlyOnce("first", "second");
        assertThat(pipeline.published()).containsExactly("first", "second");
    }

    @Test
    void failureInTheSnapshotOfAnAddedTable() throws Exception {
        AlteredPipeline pipeline = pipeline(18).loadAll();
        String savepoint = pipeline.savepointOf("first");
        SourceJob job =
                pipeline.of("first", "second")
                        .failOnceAfterRows(1000)
                        .fromSavepoint(savepoint)
                        .start();
        pipeline.awaitChanges("first", "second");
        assertThat(job.rowsUntilFault()).isNotPositive();
        pipeline.assertExactlyOnce("first", "second");
    }

    /** The slot stays, and so does all that was read of other tables. */
    @Test
    @Tag("long")
    void lostSnapshotOfAnAddedTable() throws Exception {
        AlteredPipeline pipeline = pipeline(18).loadAll();
        widen(pipeline);
        String savepoint = pipeline.savepointOf("first");
        pipeline.of("first", "second")
                .onceAfterRows(1000, () -> Keepers.kill(pipeline.database))
                .fromSavepoint(savepoint)
                .start();
        pipeline.awaitChanges("first", "second");
        pipeline.assertExactlyOnce("first", "second");
        assertOnlyRestarted(pipeline, "public.second");
    }

    /** The job goes back to its newest checkpoint and finds no snapshot there any more. */
    @Test
    void keeperAndJobAreKilledWhileAnAddedTableIsRead() throws Exception {
        AlteredPipeline pipeline = pipeline(18).loadAll();
        widen(pipeline);
        String savepoint = pipeline.savepointOf("first");
        pipeline.of("first", "second")
                .onceAfterRows(
                        5000,
                        () -> {
                            Keepers.kill(pipeline.database);
                            throw new IllegalStateException("Fault of the test");
                        })
                .fromSavepoint(savepoint)
                .start();
        pipeline.awaitChanges("first", "second");
        pipeline.assertExactlyOnce("first", "second");
        assertThat(pipeline.published()).containsExactly("first", "second");
    }

    /** So that it is read for a while. */
    private static void widen(AlteredPipeline pipeline) {
        pipeline.database.execute(
                "INSERT INTO second SELECT g, repeat('note', 20), 0 FROM generate_series(1000001,"
                        + " 1020000) g");
    }

    private static void assertOnlyRestarted(AlteredPipeline pipeline, String table) {
        assertThat(pipeline.job().committed())
                .filteredOn(line -> line.ordinal() < 0)
                .extracting(Line::table)
                .containsExactly(table);
    }

    /** A transaction that began before the table was added, and wrote it, ends behind. */
    @Test
    void transactionThatIsOpenAcrossTheAddition() throws Exception {
        AlteredPipeline pipeline = pipeline(18).loadAll();
        String savepoint = pipeline.savepointOf("first");
        try (Connection open = pipeline.database.connect();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("INSERT INTO second VALUES (-5), (-6)");
            statement.execute("INSERT INTO first VALUES (-5), (-6)");
            pipeline.startFrom(savepoint, "first", "second");
            pipeline.awaitPublished("first", "second");
            statement.execute("INSERT INTO second VALUES (-7)");
            open.commit();
        }
        pipeline.awaitChanges("first", "second");
        pipeline.assertExactlyOnce("first", "second");
    }

    @Test
    void oneTableLessAndOneMoreAndBack() throws Exception {
        AlteredPipeline pipeline = pipeline(18).loadAll();
        pipeline.startFrom(pipeline.savepointOf("first", "second"), "first", "third");
        pipeline.awaitChanges("first", "third");
        pipeline.awaitPublished("first", "third");
        pipeline.awaitChanges("first", "third");
        long changes = pipeline.changes("second");
        pipeline.awaitChanges("first", "third");
        assertThat(pipeline.changes("second")).isEqualTo(changes);
        pipeline.startFrom(pipeline.stop(), "third");
        pipeline.awaitChanges("third");
        pipeline.awaitPublished("third");
        pipeline.assertExactlyOnce("third");
    }

    @Test
    void partitionedTableIsAddedUnderTheNameOfItsRoot() throws Exception {
        AlteredPipeline pipeline = pipeline(13).withParts();
        pipeline.loadWith(", 'new', 1", "first", "parts");
        pipeline.startFrom(pipeline.savepointOf("first"), "first", "parts");
        pipeline.awaitChanges("first", "parts");
        assertThat(pipeline.published()).contains("parts");
        pipeline.assertExactlyOnce("first", "parts");
        assertThat(pipeline.job().committed())
                .extracting(Line::table)
                .containsOnly("public.first", "public.parts");
    }

    /** What was the partition's comes under its root's name from the alteration on. */
    @Test
    @Tag("long")
    void partitionIsReplacedByItsRoot() throws Exception {
        AlteredPipeline pipeline = pipeline(18).withParts();
        pipeline.loadWith(", 'new', 1", "first", "parts");
        pipeline.startFrom(pipeline.savepointOf("first", "parts_low"), "first", "parts");
        pipeline.awaitChanges("first", "parts");
        pipeline.awaitPublished("first", "parts");
        pipeline.assertExactlyOnce("first", "parts");
    }

    /** Without a snapshot its rows are nobody's concern, only what comes from now on. */
    @Test
    void addedTableOfAPipelineThatTakesNoSnapshotIsStreamedOnly() throws Exception {
        AlteredPipeline pipeline = pipeline(18).startingWith(new StartupMode.Latest());
        pipeline.load("first");
        String savepoint = pipeline.savepointOf("first");
        pipeline.database.execute("INSERT INTO second VALUES (-3), (-4)");
        pipeline.startFrom(savepoint, "first", "second");
        pipeline.awaitChanges("first");
        pipeline.database.execute(
                "UPDATE second SET note = 'behind' WHERE id = -3",
                "DELETE FROM second WHERE id = -4",
                "INSERT INTO second VALUES (-5)");
        Await.until(
                "they are committed",
                Duration.ofSeconds(60),
                () -> {
                    pipeline.job().assertRuns();
                    return pipeline.changes("second") >= 3;
                });
        pipeline.finish("first", "second");
        assertThat(pipeline.job().committed())
                .filteredOn(line -> line.table().equals("public.second"))
                .extracting(Line::op, Line::after)
                .containsExactlyInAnyOrder(
                        tuple('u', "-3|behind|null"),
                        tuple('d', null),
                        tuple('i', "-5|null|null"),
                        tuple('i', "-1|null|0"));
    }
}
