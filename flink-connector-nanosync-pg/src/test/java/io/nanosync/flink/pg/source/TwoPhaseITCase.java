package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A slot that somebody has deliver prepared transactions before they are decided. */
final class TwoPhaseITCase {

    /** Turns two_phase on for good: whoever reads so much as once with it does. */
    private static final String READ_WITH_TWO_PHASE =
            "SELECT count(*) FROM pg_logical_slot_peek_binary_changes('nanosync_slot_two', NULL,"
                    + " NULL, 'proto_version', '3', 'publication_names', 'nanosync_pub_two',"
                    + " 'two_phase', 'on')";

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void isRefusedUntilItIsTurnedOffAsTold(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            database.execute(
                    "CREATE TABLE t (id int PRIMARY KEY, note text)",
                    "INSERT INTO t VALUES (1, 'old')");
            SourceConfig config = Configs.initial(database, "two", "public.t");
            SourceJob job = streaming(database, config);
            database.execute(
                    "BEGIN; INSERT INTO t VALUES (2, 'kept'); PREPARE TRANSACTION 'two_early'",
                    "INSERT INTO t VALUES (3, 'behind it')");
            job.awaitRow("3|");
            String savepoint = job.stopWithSavepoint();
            database.execute(
                    READ_WITH_TWO_PHASE,
                    "BEGIN; INSERT INTO t VALUES (4, 'kept'); PREPARE TRANSACTION 'two_late'",
                    "BEGIN; INSERT INTO t VALUES (5, 'never'); PREPARE TRANSACTION 'two_never'",
                    READ_WITH_TWO_PHASE,
                    "COMMIT PREPARED 'two_early'",
                    "ROLLBACK PREPARED 'two_never'");

            String failure =
                    new SourceJob(config, folder, 1).fromSavepoint(savepoint).start().failure();
            assertThat(failure)
                    .contains("PipelineFailedException")
                    .contains("slot \"nanosync_slot_two\"")
                    .contains("two_phase");
            database.executeAsTold(told(failure));
            job = new SourceJob(config, folder, 1).fromSavepoint(savepoint).start();
            try {
                database.execute("COMMIT PREPARED 'two_late'", "INSERT INTO t VALUES (6, 'end')");
                job.awaitRow("6|");
                assertThat(inOrder(job))
                        .extracting(Line::after)
                        .containsExactly("100|stream", "3|behind it", "2|kept", "4|kept", "6|end");
            } finally {
                job.cancel();
            }
        }
    }

    /** Who turns it on waits until nobody streams from the slot, which is for a moment only. */
    @Test
    void isRefusedWhenItWasTurnedOnBetweenTwoConnections() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            database.execute(
                    "CREATE TABLE t (id int PRIMARY KEY, note text)",
                    "INSERT INTO t VALUES (1, 'old')");
            SourceJob job = streaming(database, Configs.initial(database, "two", "public.t"));
            CompletableFuture<Void> turnedOn =
                    CompletableFuture.runAsync(
                            () ->
                                    database.executeAsTold(
                                            "psql 'postgresql:///"
                                                    + database.name()
                                                    + "?replication=database' -c"
                                                    + " 'ALTER_REPLICATION_SLOT"
                                                    + " nanosync_slot_two (TWO_PHASE true)'"));
            Await.until(
                    "two_phase is on",
                    () -> {
                        database.queryList(
                                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
                                        + " WHERE slot_name = 'nanosync_slot_two' AND active");
                        return turnedOn.isDone();
                    });
            turnedOn.join();
            assertThat(job.failure())
                    .contains("PipelineFailedException")
                    .contains("two_phase was turned on for it")
                    .contains("(TWO_PHASE false)");
        }
    }

    private SourceJob streaming(TestDatabase database, SourceConfig config) throws Exception {
        SourceJob job = new SourceJob(config, folder, 1).start();
        job.awaitRow("1|");
        database.execute("INSERT INTO t VALUES (100, 'stream')");
        job.awaitRow("100|");
        return job;
    }

    private static List<Line> inOrder(SourceJob job) {
        return job.committed().stream()
                .filter(line -> line.op() == 'i')
                .sorted(Comparator.comparingLong(Line::commitLsn))
                .toList();
    }

    private static String told(String failure) {
        Matcher told =
                Pattern.compile("Stop the job, run: (.*); then start it again from its newest")
                        .matcher(failure);
        assertThat(told.find()).as("a remedy in: %s", failure).isTrue();
        return told.group(1);
    }
}
