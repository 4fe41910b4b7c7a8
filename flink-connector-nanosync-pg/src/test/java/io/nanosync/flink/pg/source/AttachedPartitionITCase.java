package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Before 15 a connection goes on to leave out the changes of a table that it has met while nobody
 * published it, when that is attached to a table that is.
 */
class AttachedPartitionITCase {

    private static final String ATTACH =
            "ALTER TABLE parts ATTACH PARTITION x FOR VALUES FROM (10) TO (20)";

    private static final String CREATED_AND_ATTACHED =
            "BEGIN; CREATE TABLE x (LIKE parts INCLUDING ALL); TRUNCATE x;"
                    + " ALTER TABLE x REPLICA IDENTITY FULL; "
                    + ATTACH
                    + "; COMMIT";

    @TempDir private Path folder;
    private @Nullable AlteredPipeline pipeline;

    /** PostgreSQL's. */
    int major() {
        return 14;
    }

    @AfterEach
    void close() throws Exception {
        if (pipeline != null) {
            pipeline.close();
        }
    }

    private AlteredPipeline start() throws Exception {
        AlteredPipeline started = new AlteredPipeline(major(), folder).load("first");
        pipeline = started;
        started.database.execute(
                "CREATE TABLE parts (id bigint, note text, amount int, PRIMARY KEY (id, amount))"
                        + " PARTITION BY RANGE (amount)",
                "CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE x (LIKE parts INCLUDING ALL)",
                "ALTER TABLE parts REPLICA IDENTITY FULL",
                "ALTER TABLE parts_low REPLICA IDENTITY FULL",
                "ALTER TABLE x REPLICA IDENTITY FULL",
                "INSERT INTO parts VALUES (1, 'of the snapshot', 1)");
        started.start("first", "parts");
        started.awaitChanges("first");
        return started;
    }

    private static void assertRefused(AlteredPipeline pipeline) {
        assertThat(pipeline.job().failure())
                .contains("PipelineFailedException")
                .contains("partition public.x of public.parts was attached")
                .contains("nanosync resnapshot pipeline altered --table public.parts;");
    }

    private static void insertInto(AlteredPipeline pipeline, int amount, String note) {
        pipeline.database.execute(
                "INSERT INTO parts VALUES (" + amount + ", '" + note + "', " + amount + ")");
    }

    @Test
    void tableThatIsWrittenAndThenAttachedIsRefused() throws Exception {
        AlteredPipeline running = start();
        running.database.execute("INSERT INTO x VALUES (10, 'before', 10)");
        running.awaitChanges("first");
        running.database.execute(ATTACH);
        insertInto(running, 11, "left out");
        assertRefused(running);
        readAgain(running, running.newestState());
    }

    /** The stream begins in front of all of it once more, and has to forget it at the snapshot. */
    @Test
    void tableThatIsWrittenAndAttachedWhileThePipelineIsStoppedIsRefused() throws Exception {
        AlteredPipeline stopped = start();
        String savepoint = stopped.stop();
        stopped.database.execute("INSERT INTO x VALUES (10, 'before', 10)", ATTACH);
        insertInto(stopped, 11, "left out");
        stopped.startFrom(savepoint, "first", "parts");
        assertRefused(stopped);
        // It may have completed checkpoints before it came to the attached table.
        readAgain(stopped, stopped.newestState());
    }

    private static void readAgain(AlteredPipeline pipeline, String state) throws Exception {
        pipeline.readAgain("parts");
        pipeline.startFrom(state, "first", "parts");
        pipeline.awaitChanges("first");
        insertInto(pipeline, 12, "behind the snapshot");
        pipeline.assertExactlyOnce("first", "parts");
        assertThat(pipeline.truncated()).containsExactly("public.parts");
    }

    /** Each as one transaction. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tableThatIsCreatedAndAttachedInOneTransactionIsRefused(boolean toasted) throws Exception {
        AlteredPipeline stopped = start();
        String savepoint = stopped.stop();
        stopped.database.execute(
                "DROP TABLE x",
                "BEGIN;"
                        + (toasted
                                ? " CREATE TABLE x (LIKE parts INCLUDING ALL);"
                                : " CREATE TABLE x (id bigint NOT NULL, note varchar(9), amount int"
                                        + " NOT NULL); ALTER TABLE x ALTER note TYPE text;")
                        + " INSERT INTO x VALUES (10, 'before', 10);"
                        + " ALTER TABLE x REPLICA IDENTITY FULL;"
                        + ATTACH
                        + "; COMMIT");
        stopped.startFrom(savepoint, "first", "parts");
        assertRefused(stopped);
    }

    /**
     * The way of pg_partman. The connection has met the table by its truncate, so its changes come
     * by a new one only, which begins between other transactions.
     */
    @Test
    void tableThatHasNeverBeenWrittenIsTakenOverWhenItIsAttached() throws Exception {
        AlteredPipeline running = start();
        String walsender = walsender(running);
        running.database.execute("DROP TABLE x", CREATED_AND_ATTACHED);
        Await.until(
                "the connection is a new one",
                Duration.ofSeconds(60),
                () -> {
                    running.job().assertRuns();
                    return !walsender.equals(walsender(running));
                });
        insertInto(running, 11, "first");
        running.awaitChanges("parts");
        running.assertExactlyOnce("first", "parts");
        assertInserted(running, "11|first|11");
    }

    @Test
    void norIsOneLostThatIsAttachedWhileThePipelineIsStopped() throws Exception {
        AlteredPipeline stopped = start();
        String savepoint = stopped.stop();
        stopped.database.execute("DROP TABLE x", CREATED_AND_ATTACHED);
        stopped.startFrom(savepoint, "first", "parts");
        stopped.awaitChanges("first");
        insertInto(stopped, 11, "first");
        stopped.awaitChanges("parts");
        // It is known now that it has been written.
        String later = stopped.stop();
        insertInto(stopped, 12, "second");
        stopped.startFrom(later, "first", "parts");
        stopped.awaitChanges("parts");
        stopped.assertExactlyOnce("first", "parts");
        assertInserted(stopped, "11|first|11", "12|second|12");
    }

    private static String walsender(AlteredPipeline pipeline) {
        return pipeline.database.queryString(
                "SELECT coalesce(max(active_pid), 0)::text FROM pg_replication_slots WHERE"
                        + " slot_name = 'nanosync_slot_altered' AND active");
    }

    private static void assertInserted(AlteredPipeline pipeline, String... rows) throws Exception {
        assertThat(pipeline.job().committed())
                .filteredOn(line -> line.table().equals("public.parts") && line.op() == 'i')
                .extracting(line -> line.after())
                .contains(rows);
    }

    /** However it is altered behind that; also below another one. */
    @Test
    void tableThatIsCreatedAsAPartitionIsNot() throws Exception {
        AlteredPipeline stopped = start();
        String savepoint = stopped.stop();
        stopped.database.execute(
                "CREATE TABLE plain PARTITION OF parts FOR VALUES FROM (20) TO (30)",
                "ALTER TABLE plain REPLICA IDENTITY FULL",
                "ALTER TABLE plain RENAME TO renamed",
                "ALTER TABLE renamed ALTER note SET STATISTICS 7",
                "BEGIN;"
                        + " CREATE TABLE middle PARTITION OF parts (note DEFAULT 'none')"
                        + " FOR VALUES FROM (30) TO (40) PARTITION BY LIST (amount);"
                        + " CREATE TABLE below PARTITION OF middle FOR VALUES IN (31);"
                        + " ALTER TABLE below REPLICA IDENTITY FULL;"
                        + " INSERT INTO parts VALUES (31, 'in its transaction', 31);"
                        + " COMMIT");
        insertInto(stopped, 25, "behind it");
        stopped.startFrom(savepoint, "first", "parts");
        stopped.awaitChanges("first");
        stopped.assertExactlyOnce("first", "parts");
        assertThat(stopped.job().committed())
                .filteredOn(line -> line.table().equals("public.parts") && line.op() == 'i')
                .extracting(line -> line.after())
                .containsAll(List.of("31|in its transaction|31", "25|behind it|25"));
    }
}
