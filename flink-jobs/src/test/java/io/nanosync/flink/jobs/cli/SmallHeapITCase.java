package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script starts a process whose heap is too small. */
class SmallHeapITCase {

    private static final int ROW_MEGABYTES = 300;

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
                    source: {connection: db, tables: [public.t]}
                    sink: {type: blackhole}
                    checkpoint_interval: 500ms
                """
                        .formatted(database.dsn()));
        return NanosyncProcess.startScript(
                Map.of("NANOSYNC_JAVA_OPTS", "-Xmx512m"), folder, "run", "-f", file.toString());
    }
}
