package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A snapshot is lost when one of its tables is finished and another one isn't. */
final class FinishedTableITCase {

    private static final List<String> TABLES = List.of("early", "late", "last");

    @TempDir private Path folder;
    private TestDatabase database;
    private SourceJob job;
    private BackgroundLoad load;

    private void useServer(int major) {
        database = TestPostgres.shared(major).createDatabase();
        for (String table : TABLES) {
            database.execute(
                    "CREATE TABLE " + table + " (id bigint PRIMARY KEY, note text, amount int)",
                    "ALTER TABLE " + table + " REPLICA IDENTITY FULL",
                    "INSERT INTO "
                            + table
                            + " SELECT g, 'note', 0 FROM generate_series(1, 5000) g");
        }
    }

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

    /** Each transaction writes both tables. */
    private void startLoad() {
        load =
                BackgroundLoad.start(
                        database,
                        (connection, statement, i) -> {
                            for (String table : TABLES) {
                                BackgroundLoad.change(statement, table, "", "amount + 1", i);
                            }
                            BackgroundLoad.end(connection, i);
                        });
    }

    /** Lists names alone: checkpoints come and go. */
    private long newestCheckpoint() throws Exception {
        long newest = 0;
        for (Path job : list(folder.resolve("checkpoints"))) {
            for (Path checkpoint : list(job)) {
                String name = checkpoint.getFileName().toString();
                if (name.startsWith("chk-")) {
                    newest = Math.max(newest, Long.parseLong(name.substring("chk-".length())));
                }
            }
        }
        return newest;
    }

    private static List<Path> list(Path folder) throws Exception {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.toList();
        }
    }

    private long rows(String table) {
        return job.committed().stream()
                .filter(line -> line.table().equals("public." + table) && line.op() == 'r')
                .count();
    }

    /** The splits of a table whose rows are committed are finished two checkpoints later. */
    private void awaitFinished(String table) throws Exception {
        Await.until(
                table + " is committed",
                Duration.ofSeconds(60),
                () -> {
                    job.assertRuns();
                    return rows(table) >= 5000;
                });
        long then = newestCheckpoint();
        Await.until("and finished", Duration.ofSeconds(60), () -> newestCheckpoint() >= then + 3);
    }

    /** The keeper was asked for the files of a table: its snapshot is there. */
    private boolean isKept() {
        return database.queryLong(
                        "SELECT count(*)"
                                + Keepers.SESSIONS
                                + " AND query ~ '^(RELEASE SAVEPOINT files|SELECT 1)$'")
                == 1;
    }

    @ParameterizedTest
    @CsvSource({"13, false", "18, false", "18, true"})
    void isNotReadAgain(int major, boolean slotMadeByHand) throws Exception {
        useServer(major);
        if (slotMadeByHand) {
            database.execute(
                    "CREATE PUBLICATION nanosync_pub_half FOR TABLE early, late, last",
                    "SELECT pg_create_logical_replication_slot('nanosync_slot_half', 'pgoutput')");
        }
        startLoad();
        AtomicBoolean declined = new AtomicBoolean(true);
        job =
                new SourceJob(
                                Configs.initial(
                                        database,
                                        "half",
                                        "public.early",
                                        "public.late",
                                        "public.last"),
                                folder,
                                2)
                        .declineCheckpointsWhile(declined)
                        .start();
        // No row comes before a checkpoint has completed.
        Await.until("the snapshot is kept", Duration.ofSeconds(60), this::isKept);
        try (Connection locking = database.connect();
                Statement lock = locking.createStatement()) {
            locking.setAutoCommit(false);
            // Locks the index alone against readers: what is planned from the table's size goes on.
            lock.execute("REINDEX INDEX late_pkey");
            declined.set(false);
            awaitFinished("early");
            Keepers.kill(database);
            locking.rollback();
        }
        Await.until(
                "late is read again",
                Duration.ofSeconds(60),
                () -> {
                    job.assertRuns();
                    return restarts().contains("public.late");
                });
        assertArrivedExactlyOnce();
        assertThat(restarts()).doesNotContain("public.early").doesNotHaveDuplicates();
        assertThat(
                        database.queryLong(
                                "SELECT count(*) FROM pg_replication_slots WHERE slot_name ="
                                        + " 'nanosync_slot_half'"))
                .isEqualTo(1);
    }

    private List<String> restarts() {
        return job.committed().stream()
                .filter(line -> line.ordinal() < 0)
                .map(Line::table)
                .toList();
    }

    private void assertArrivedExactlyOnce() throws Exception {
        load.stop();
        load = null;
        database.execute("INSERT INTO late VALUES (-1)");
        job.awaitRow("-1|");
        job.cancel();
        for (String table : TABLES) {
            Replay.assertExactlyOnce(
                    job.committed(), "public." + table, database, "SELECT * FROM " + table);
        }
    }
}
