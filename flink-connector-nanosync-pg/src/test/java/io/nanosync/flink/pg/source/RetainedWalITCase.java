package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The WAL that a pipeline's slot keeps doesn't grow while nothing is there for the pipeline. */
final class RetainedWalITCase {

    private static final int ROUNDS = 3;

    @TempDir private Path folder;
    private TestPostgres server;
    private TestDatabase captured;
    private TestDatabase busy;
    private SourceJob job;

    private void start(int major) throws Exception {
        server = TestPostgres.start(major);
        captured = server.createDatabase();
        busy = server.createDatabase();
        captured.execute("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        job = new SourceJob(Configs.initial(captured, "kept", "public.t"), folder, 1).start();
        job.awaitCommitted(1);
        Await.until(
                "it streams",
                Duration.ofSeconds(60),
                () ->
                        captured.queryLong(
                                        "SELECT count(*) FROM pg_replication_slots WHERE slot_name"
                                                + " = 'nanosync_slot_kept' AND active")
                                == 1);
    }

    @AfterEach
    void close() throws Exception {
        job.cancel();
        captured.close();
        busy.close();
        server.close();
    }

    /** More than a segment of WAL each round: what was in front of it has to be given back. */
    private void assertFlat(TestDatabase written) {
        written.execute("CREATE TABLE load (note text)");
        for (int i = 0; i < ROUNDS; i++) {
            String before = written.queryString("SELECT pg_current_wal_insert_lsn()");
            written.execute(
                    "INSERT INTO load SELECT repeat('x', 1000) FROM generate_series(1, 20000)");
            // A server only does so by itself four times a minute.
            written.execute("CHECKPOINT");
            Await.until(
                    "the slot keeps nothing from before round " + i,
                    Duration.ofSeconds(60),
                    () -> {
                        job.assertRuns();
                        return captured.queryLong(
                                        "SELECT count(*) FROM pg_replication_slots WHERE slot_name"
                                                + " = 'nanosync_slot_kept' AND restart_lsn > '"
                                                + before
                                                + "'")
                                == 1;
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void databaseIsIdle(int major) throws Exception {
        start(major);
        assertFlat(busy);
    }

    @Test
    void tableIsIdleBesideABusyOne() throws Exception {
        start(18);
        assertFlat(captured);
    }
}
