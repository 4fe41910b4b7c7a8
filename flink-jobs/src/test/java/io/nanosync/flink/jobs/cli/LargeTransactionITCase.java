package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction far larger than the heap of the process that reads it. */
@Tag("long")
class LargeTransactionITCase {

    private static final int CHANGES = 10_000_000;

    @TempDir private Path folder;

    private TestDatabase database;

    @BeforeEach
    void createTable() {
        database = TestPostgres.shared(18).createDatabase();
        database.execute("CREATE TABLE t (id int PRIMARY KEY, note text)");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @ParameterizedTest(name = "batch_boundary_signaling: {0}")
    @ValueSource(booleans = {false, true})
    void comesWholeThroughASmallHeap(boolean whole) throws Exception {
        Path file = folder.resolve("pipelines.yaml");
        Files.writeString(
                file,
                """
                connections:
                  - name: db
                    type: postgres
                    dsn: "%s"
                pipelines:
                  - name: p
                    source:
                      connection: db
                      tables: [public.t]
                      properties: {batch_boundary_signaling: %b}
                    sink: {type: blackhole}
                    checkpoint_interval: 500ms
                """
                        .formatted(database.dsn(), whole));
        try (NanosyncProcess run =
                NanosyncProcess.startScript(
                        Map.of("NANOSYNC_JAVA_OPTS", "-Xmx512m"),
                        folder,
                        "run",
                        "-f",
                        file.toString())) {
            run.awaitErr("p  streaming");
            database.execute(
                    "INSERT INTO t SELECT g, 'note ' || g FROM generate_series(1, "
                            + CHANGES
                            + ") g");
            String inserted = database.queryString("SELECT pg_current_wal_insert_lsn()");
            Await.until(
                    "the transaction is confirmed",
                    Duration.ofMinutes(10),
                    () ->
                            "t"
                                    .equals(
                                            database.queryString(
                                                    "SELECT confirmed_flush_lsn >= '"
                                                            + inserted
                                                            + "' FROM pg_replication_slots WHERE"
                                                            + " slot_name = 'nanosync_slot_p'")));
            run.awaitErr("p  streaming  %,d changes".formatted(CHANGES));
            assertThat(run.err()).doesNotContain("OutOfMemory").doesNotContain("Exception");
        }
    }
}
