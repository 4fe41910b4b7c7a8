package io.nanosync.flink.pg.source;

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
 * A transaction is open while tables are added and removed, and the job fails in the midst of it:
 * of the altered table it has other changes on each connection.
 */
final class OpenTransactionITCase {

    private static final String LAST = "10200000|";

    @TempDir private Path folder;
    private @Nullable AlteredPipeline pipeline;

    @AfterEach
    void close() throws Exception {
        if (pipeline != null) {
            pipeline.close();
        }
    }

    private static void failTwice(SourceJob job, long rows, long then) {
        job.onceAfterRows(
                rows,
                () -> {
                    job.onceAfterRows(
                            then,
                            () -> {
                                throw new IllegalStateException("Second fault of the test");
                            });
                    throw new IllegalStateException("First fault of the test");
                });
    }

    @Test
    void jobFailsInATransactionThatWasOpenWhenATableWasAdded() throws Exception {
        jobFailsInATransactionThatWasOpenAtTheAlteration(true);
    }

    @Test
    @Tag("long")
    void jobFailsInATransactionThatWasOpenWhenATableWasRemoved() throws Exception {
        jobFailsInATransactionThatWasOpenAtTheAlteration(false);
    }

    /** Rows of one COPY share places in the WAL, so that one can't be told from another by it. */
    private void jobFailsInATransactionThatWasOpenAtTheAlteration(boolean adds) throws Exception {
        AlteredPipeline altered = new AlteredPipeline(18, folder);
        pipeline = altered;
        altered.load("third");
        altered.start(tables(!adds));
        altered.awaitChanges("third");
        String savepoint = altered.stop();
        try (Connection open = altered.database.connect();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("INSERT INTO second VALUES (-5)");
            statement.execute("INSERT INTO first VALUES (-5), (-6)");
            SourceJob job = altered.of(tables(adds));
            failTwice(job, 35_000, 60_000);
            job.checkpointInterval(Duration.ofMillis(50)).fromSavepoint(savepoint).start();
            altered.awaitPublished(tables(adds));
            // What it leaves in the server's cache isn't there the next time.
            altered.database.execute("INSERT INTO second VALUES (-8)");
            statement.execute("INSERT INTO second VALUES (-9)");
            statement.execute("COPY first (id) FROM PROGRAM 'seq 10000001 10200000'");
            open.commit();
        }
        Await.until(
                "the large transaction has come",
                Duration.ofSeconds(120),
                () -> {
                    altered.job().assertRuns();
                    return altered.job().committed().stream()
                            .anyMatch(
                                    line -> line.after() != null && line.after().startsWith(LAST));
                });
        altered.assertExactlyOnce(tables(adds));
    }

    private static String[] tables(boolean withSecond) {
        return withSecond
                ? new String[] {"first", "second", "third"}
                : new String[] {"first", "third"};
    }
}
