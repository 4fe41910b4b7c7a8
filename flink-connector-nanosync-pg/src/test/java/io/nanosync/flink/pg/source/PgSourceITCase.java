package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The source in real jobs on a real server: snapshot, hand-over and stream, each row and change
 * exactly once, whatever fails.
 */
final class PgSourceITCase {

    private static final String SELECT = "SELECT id, note, amount FROM t ORDER BY id";

    @TempDir private Path folder;
    private TestDatabase database;
    private SourceJob job;
    private BackgroundLoad load;

    @BeforeEach
    void createDatabase() {
        useServer(18);
    }

    private void useServer(int major) {
        if (database != null) {
            database.close();
        }
        database = TestPostgres.shared(major).createDatabase();
        database.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, note text, amount numeric(12,2))",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT g, 'note ' || g, g / 100.0 FROM generate_series(1, 20000) g");
    }

    @AfterEach
    void cleanUp() throws Exception {
        stopLoad();
        if (job != null) {
            job.cancel();
        }
        database.close();
    }

    /** Inserts, updates and deletes until it is stopped, from before the snapshot. */
    private void startLoad() {
        load =
                BackgroundLoad.start(
                        database,
                        (connection, statement, i) -> {
                            int id = 100_000 + i;
                            statement.execute("INSERT INTO t VALUES (" + id + ", 'new', 1)");
                            statement.execute(
                                    "UPDATE t SET amount = amount + 1 WHERE id = "
                                            + (i * 37 % 20000));
                            statement.execute("DELETE FROM t WHERE id = " + (100_000 + i / 2));
                            BackgroundLoad.end(connection, i);
                        });
    }

    private void stopLoad() throws InterruptedException {
        if (load != null) {
            load.stop();
        }
    }

    /**
     * Writes a last row, waits until it has arrived, and compares all that arrived with the table.
     */
    private void assertArrivedExactlyOnce() throws Exception {
        stopLoad();
        database.execute("INSERT INTO t VALUES (-1, 'end', 0)");
        job.awaitRow("-1|");
        job.cancel();
        Replay.assertExactlyOnce(job.committed(), "public.t", database, SELECT);
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 15, 18})
    void readsSnapshotThenEveryChange(int major) throws Exception {
        useServer(major);
        startLoad();
        job = new SourceJob(Configs.initial(database, "plain", "public.t"), folder, 2).start();
        job.awaitStreaming();
        assertArrivedExactlyOnce();
    }

    private void makeSlotByHand(String pipeline) {
        database.execute(
                "SELECT pg_create_logical_replication_slot('nanosync_slot_"
                        + pipeline
                        + "', 'pgoutput')",
                "CREATE PUBLICATION nanosync_pub_" + pipeline + " FOR TABLE t");
    }

    /** Changes between the slot and the snapshot are in both. */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void readsSnapshotThenWhatASlotMadeByHandHoldsBehindIt(int major) throws Exception {
        useServer(major);
        makeSlotByHand("byhand");
        startLoad();
        job =
                new SourceJob(Configs.initial(database, "byhand", "public.t"), folder, 2)
                        .failOnceAfterRows(15_000)
                        .start();
        job.awaitStreaming();
        assertArrivedExactlyOnce();
    }

    @Test
    void takesTheSnapshotAgainForASlotMadeByHand() throws Exception {
        makeSlotByHand("byhandkeeper");
        startLoad();
        loseKeeperAndJob("byhandkeeper");
    }

    @Test
    void survivesFailureInTheSnapshot() throws Exception {
        startLoad();
        job =
                new SourceJob(Configs.initial(database, "insnapshot", "public.t"), folder, 2)
                        .failOnceAfterRows(7000)
                        .start();
        job.awaitStreaming();
        assertArrivedExactlyOnce();
    }

    @Test
    void survivesFailureWhileStreaming() throws Exception {
        startLoad();
        job =
                new SourceJob(Configs.initial(database, "instream", "public.t"), folder, 1)
                        .failOnceAfterRows(20_500)
                        .start();
        job.awaitStreaming();
        assertArrivedExactlyOnce();
    }

    @Test
    void resumesInTheMiddleOfALargeTransaction() throws Exception {
        job =
                new SourceJob(Configs.initial(database, "largetx", "public.t"), folder, 1)
                        .failOnceAfterRows(60_000)
                        .checkpointInterval(Duration.ofMillis(50))
                        .start();
        Await.until(
                "snapshot is committed",
                Duration.ofSeconds(60),
                () -> job.committed().size() >= 20_000);
        database.execute(
                "INSERT INTO t SELECT g, 'large', 1 FROM generate_series(200000, 300000) g");
        job.awaitStreaming();
        assertArrivedExactlyOnce();
    }

    private void killKeeper() {
        Keepers.kill(database);
    }

    private long restarts() {
        return job.committed().stream().filter(line -> line.ordinal() < 0).count();
    }

    /** Flink takes no checkpoint then while a source says that it has a backlog. */
    @Test
    void streamsWithoutCheckpointsDuringBacklog() throws Exception {
        startLoad();
        job =
                new SourceJob(Configs.initial(database, "backlog", "public.t"), folder, 2)
                        .setting("execution.checkpointing.interval-during-backlog", "0")
                        .onceAfterRows(3000, this::killKeeper)
                        .start();
        job.awaitStreaming();
        assertArrivedExactlyOnce();
        assertThat(restarts()).isEqualTo(1);
    }

    @Test
    void takesTheSnapshotAgainWhenItsKeeperDiesInTheMiddle() throws Exception {
        startLoad();
        job =
                new SourceJob(Configs.initial(database, "keeper", "public.t"), folder, 2)
                        .onceAfterRows(3000, this::killKeeper)
                        .start();
        job.awaitStreaming();
        assertArrivedExactlyOnce();
        assertThat(restarts()).isEqualTo(1);
    }

    private void loseKeeperAndJob(String pipeline) throws Exception {
        job =
                new SourceJob(Configs.initial(database, pipeline, "public.t"), folder, 2)
                        .onceAfterRows(
                                3000,
                                () -> {
                                    killKeeper();
                                    throw new IllegalStateException("Fault of the test");
                                })
                        .start();
        job.awaitStreaming();
        assertArrivedExactlyOnce();
        assertThat(restarts()).isEqualTo(1);
    }

    @Test
    void takesTheSnapshotAgainWhenKeeperAndJobDieInTheMiddle() throws Exception {
        startLoad();
        loseKeeperAndJob("keeperjob");
    }

    @Test
    void takesTheSnapshotAgainWithoutTruncateWhenNoRowWasEmitted() throws Exception {
        startLoad();
        // No checkpoint completes, and so no row comes, before the keeper is killed.
        AtomicBoolean declined = new AtomicBoolean(true);
        job =
                new SourceJob(Configs.initial(database, "keeperearly", "public.t"), folder, 1)
                        .declineCheckpointsWhile(declined)
                        .start();
        Await.until(
                "the slot is there, and the connection that made it gone",
                () ->
                        database.queryLong(
                                        "SELECT count(*) FROM pg_replication_slots WHERE NOT active"
                                                + " AND slot_name = 'nanosync_slot_keeperearly'")
                                == 1);
        killKeeper();
        declined.set(false);
        job.awaitStreaming();
        assertArrivedExactlyOnce();
        assertThat(restarts()).isZero();
    }

    @Test
    void takesTheSnapshotAgainWhenTheTableIsRewritten() throws Exception {
        job =
                new SourceJob(Configs.initial(database, "rewritten", "public.t"), folder, 1)
                        .onceAfterRows(
                                3000,
                                () -> new Thread(() -> database.execute("VACUUM FULL t")).start())
                        .start();
        Await.until("rows are committed", Duration.ofSeconds(60), () -> restarts() == 1);
        assertArrivedExactlyOnce();
    }

    @Test
    void survivesTheDeathOfItsWalsender() throws Exception {
        startLoad();
        job = new SourceJob(Configs.initial(database, "walsender", "public.t"), folder, 1).start();
        job.awaitStreaming();
        for (int i = 0; i < 3; i++) {
            String pid =
                    Await.value(
                            "walsender streams",
                            () ->
                                    database.queryList(
                                                    "SELECT active_pid FROM pg_replication_slots"
                                                            + " WHERE active AND slot_name ="
                                                            + " 'nanosync_slot_walsender'")
                                            .get(0));
            database.queryList("SELECT pg_terminate_backend(" + pid + ")");
            Await.until(
                    "walsender is gone",
                    () ->
                            database.queryLong(
                                            "SELECT count(*) FROM pg_stat_activity WHERE pid = "
                                                    + pid)
                                    == 0);
        }
        assertArrivedExactlyOnce();
    }

    @Test
    void stopsWithSavepointAndGoesOnAtAnotherParallelism() throws Exception {
        SourceConfig config = Configs.initial(database, "savepoint", "public.t");
        startLoad();
        job = new SourceJob(config, folder, 1).start();
        job.awaitStreaming();
        String savepoint = job.stopWithSavepoint();
        job = new SourceJob(config, folder, 3).fromSavepoint(savepoint).start();
        assertArrivedExactlyOnce();
    }

    @Test
    void confirmsOnlyWhatACheckpointHolds() throws Exception {
        job =
                new SourceJob(Configs.initial(database, "confirm", "public.t"), folder, 1)
                        .checkpointInterval(Duration.ofSeconds(2))
                        .start();
        String confirmedSql =
                "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name ="
                        + " 'nanosync_slot_confirm'";
        Await.until("slot is there", () -> !database.queryList(confirmedSql).isEmpty());
        Await.until(
                "it streams",
                Duration.ofSeconds(60),
                () -> database.streamingPid("nanosync_slot_confirm") != null);
        database.execute("INSERT INTO t VALUES (-5, 'one', 0)");
        Await.until(
                "the change is committed to the files",
                Duration.ofSeconds(60),
                () -> job.committed().stream().anyMatch(line -> line.ordinal() > 0));
        // Heartbeats move it on although nothing else is written.
        String confirmed = database.queryString(confirmedSql);
        Await.until(
                "an idle slot moves on",
                Duration.ofSeconds(30),
                () -> !database.queryString(confirmedSql).equals(confirmed));
    }
}
