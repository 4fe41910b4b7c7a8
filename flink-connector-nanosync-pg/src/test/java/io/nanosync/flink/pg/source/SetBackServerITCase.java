package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.ExportedSnapshots;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server whose data is put back to an older copy of its disk: its identifier and timeline are the
 * same, and so are slot and publication if they were there then.
 */
final class SetBackServerITCase {

    private static TestPostgres server;

    @TempDir private Path folder;
    private TestDatabase database;
    private SourceConfig config;
    private SourceJob job;
    private volatile ExportedSnapshots exported;

    @BeforeAll
    static void startServer() {
        server = TestPostgres.start(18);
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @BeforeEach
    void createTable() {
        database = server.createDatabase();
        database.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, note text, amount numeric(12,2))",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT g, 'note', 1 FROM generate_series(1, 20000) g");
        config = Configs.initial(database, "back", "public.t");
    }

    @AfterEach
    void cancel() throws Exception {
        if (job != null) {
            job.cancel();
        }
        if (exported != null) {
            exported.close();
        }
        database.close();
    }

    /** A job that runs meanwhile goes on behind it. */
    private Path copy() {
        Path copy = folder.resolve("disk");
        server.stop();
        server.copyDataTo(copy);
        server.startAgain();
        return copy;
    }

    private void awaitStreaming() {
        Await.until(
                "changes are committed",
                Duration.ofSeconds(60),
                () -> {
                    job.assertRuns();
                    database.execute("INSERT INTO t SELECT max(id) + 1, 'new', 2 FROM t");
                    return job.committed().stream().anyMatch(line -> line.ordinal() > 0);
                });
    }

    /** The pipeline reads what is gone when the server is set back to the copy. */
    private Path streamBehindACopy() throws Exception {
        job = new SourceJob(config, folder, 1).start();
        awaitStreaming();
        Path copy = copy();
        // More than what the server writes by itself when it starts.
        database.execute(
                "INSERT INTO t SELECT g, 'behind the copy', 3 FROM generate_series(100001, 120000)"
                        + " g",
                "INSERT INTO t VALUES (-1, 'behind the copy', 3)");
        job.awaitRow("-1|behind the copy|3.00");
        return copy;
    }

    /** And the slot isn't moved to where the server will be some day. */
    private void assertRefused() {
        assertThat(job.failure())
                .contains("PipelineFailedException")
                .contains("Cannot stream from slot \"" + config.slot() + "\"")
                .contains("it was set back");
        assertThat(
                        database.queryString(
                                "SELECT confirmed_flush_lsn <= pg_current_wal_insert_lsn() FROM"
                                        + " pg_replication_slots WHERE slot_name = '"
                                        + config.slot()
                                        + "'"))
                .isEqualTo("t");
    }

    @Test
    void positionThatTheServerNoLongerHasIsRefusedAtARestart() throws Exception {
        Path copy = streamBehindACopy();
        String savepoint = job.stopWithSavepoint();
        server.stop();
        server.putBack(copy);
        server.startAgain();
        database.execute("INSERT INTO t VALUES (-2, 'never to be skipped', 4)");
        job = new SourceJob(config, folder, 1).fromSavepoint(savepoint).start();
        assertRefused();
    }

    /** What was published is all that a pipeline could still rely on that knows better. */
    @Test
    void nothingIsPublishedWhereThePositionIsNoLongerThere() throws Exception {
        database.execute("CREATE TABLE added (id bigint PRIMARY KEY)");
        Path copy = streamBehindACopy();
        String savepoint = job.stopWithSavepoint();
        server.stop();
        server.putBack(copy);
        server.startAgain();
        config = Configs.initial(database, "back", "public.t", "public.added");
        job = new SourceJob(config, folder, 1).fromSavepoint(savepoint).start();
        assertRefused();
        assertThat(
                        database.queryList(
                                "SELECT tablename FROM pg_publication_tables WHERE pubname = '"
                                        + config.publication()
                                        + "'"))
                .containsExactly("t");
    }

    @Test
    @Tag("long")
    void positionThatTheServerNoLongerHasIsRefusedAtAReconnect() throws Exception {
        Path copy = streamBehindACopy();
        server.killImmediately();
        server.putBack(copy);
        server.startAgain();
        assertRefused();
    }

    private void startAndOnceInTheSnapshot(Runnable action) throws Exception {
        job = new SourceJob(config, folder, 1).onceAfterRows(7000, action).start();
    }

    /**
     * What is read anew would have lower LSNs than what it replaces, and so come before it where
     * rows are put in order.
     */
    @Test
    void snapshotThatTheServerNoLongerHasIsRefused() throws Exception {
        database.execute("CREATE PUBLICATION " + config.publication() + " FOR TABLE t");
        Path copy = copy();
        database.execute("UPDATE t SET note = 'behind the copy'");
        startAndOnceInTheSnapshot(
                () -> {
                    server.killImmediately();
                    server.putBack(copy);
                    server.startAgain();
                });
        // Whether the snapshot or the slot is missed first is a matter of moments.
        assertThat(job.failure())
                .contains("PipelineFailedException")
                .containsPattern("it was set back|\"" + config.slot() + "\" does not exist");
    }

    /** The id of the exported snapshot comes again after the restart, and shows other rows. */
    @Test
    void snapshotOfTheSameIdIsNotTakenForTheLostOne() throws Exception {
        startAndOnceInTheSnapshot(
                () -> {
                    String id = ExportedSnapshots.of(server).get(0);
                    server.killImmediately();
                    server.startAgain();
                    database.execute("UPDATE t SET note = 'later' WHERE id % 3 = 0");
                    exported = ExportedSnapshots.again(database, id);
                });
        Await.until("the id is there again", Duration.ofSeconds(60), () -> exported != null);
        awaitStreaming();
        database.execute("INSERT INTO t VALUES (-1, 'end', 0)");
        job.awaitRow("-1|end|0.00");
        job.cancel();
        Replay.assertExactlyOnce(
                job.committed(), "public.t", database, "SELECT id, note, amount FROM t");
    }
}
