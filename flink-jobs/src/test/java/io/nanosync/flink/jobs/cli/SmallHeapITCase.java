package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script starts a process whose heap is small. */
class SmallHeapITCase {

    private static final int ROW_MEGABYTES = 300;
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

    @Test
    void rowOfASnapshotThatDoesNotFitIsNamed() throws Exception {
        database.execute(hugeRow());
        try (NanosyncProcess run = start()) {
            assertNamed(run);
        }
    }

    @Test
    @Tag("long")
    void rowOfTheStreamThatDoesNotFitIsNamed() throws Exception {
        try (NanosyncProcess run = start()) {
            run.awaitErr("p  streaming");
            database.execute(hugeRow());
            assertNamed(run);
        }
    }

    @ParameterizedTest(name = "batch_boundary_signaling: {0}")
    @ValueSource(booleans = {false, true})
    @Tag("long")
    void transactionThatIsFarLargerComes(boolean whole) throws Exception {
        try (NanosyncProcess run = start("properties: {batch_boundary_signaling: " + whole + "}")) {
            run.awaitErr("p  streaming");
            database.execute(
                    "INSERT INTO t SELECT g, 'note ' || g FROM generate_series(1, "
                            + CHANGES
                            + ") g");
            String inserted = database.queryString("SELECT pg_current_wal_insert_lsn()");
            Await.until(
                    "the transaction is confirmed",
                    Duration.ofMinutes(10),
                    () -> confirmed(inserted));
            run.awaitErr(String.format(Locale.ROOT, "p  streaming  %,d changes", CHANGES));
            assertThat(run.err()).doesNotContain("OutOfMemory").doesNotContain("Exception");
        }
    }

    private boolean confirmed(String lsn) {
        return database.queryLong(
                        "SELECT count(*) FROM pg_replication_slots WHERE slot_name ="
                                + " 'nanosync_slot_p' AND confirmed_flush_lsn >= '"
                                + lsn
                                + "'")
                == 1;
    }

    private static void assertNamed(NanosyncProcess run) throws Exception {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.err())
                .contains("public.t")
                .contains(ROW_MEGABYTES + " MB")
                .contains("doesn't fit into the heap, which is 512 MB in all")
                .contains("NANOSYNC_JAVA_OPTS=-Xmx");
    }

    private static String hugeRow() {
        return "INSERT INTO t VALUES (1, repeat('x', " + ROW_MEGABYTES + " << 20))";
    }

    private NanosyncProcess start() throws IOException {
        return start("");
    }

    private NanosyncProcess start(String more) throws IOException {
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
                      %s
                    sink: {type: blackhole}
                    checkpoint_interval: 500ms
                """
                        .formatted(database.dsn(), more));
        return NanosyncProcess.startScript(
                Map.of("NANOSYNC_JAVA_OPTS", "-Xmx512m"), folder, "run", "-f", file.toString());
    }
}
