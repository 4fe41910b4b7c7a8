package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A row as large as PostgreSQL sends one. Its messages are smaller than a gigabyte, together with
 * all that waits behind one for the line: keepalives, as often as the line is slow.
 */
@Tag("long")
final class LargestRowITCase {

    private static final int BYTES = (1 << 30) - (64 << 10);

    private static final String PATTERN = "0123456789abcdefghijklmnopqrstuv";
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TempDir private Path folder;

    private TestDatabase database;

    @BeforeEach
    void createTable() {
        database = TestPostgres.shared(18).createDatabase();
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, body text)",
                "ALTER TABLE t ALTER body SET STORAGE EXTERNAL");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    private void insert(int id) {
        database.execute(
                "INSERT INTO t VALUES (%d, repeat('%s', %d))"
                        .formatted(id, PATTERN, BYTES / PATTERN.length()));
    }

    @ParameterizedTest(name = "batch_boundary_signaling: {0}")
    @ValueSource(booleans = {false, true})
    void comesInTheSnapshotAndInTheStream(boolean whole) throws Exception {
        insert(1);
        try (NanosyncProcess run = start("-Xmx6g", whole)) {
            awaitRows(run, 1);
            run.awaitErr("p  streaming");
            insert(2);
            awaitRows(run, 2);
            database.execute("INSERT INTO t VALUES (3, 'end')");
            run.awaitErr("p  streaming  2 changes");
            assertThat(run.err()).doesNotContain("Exception");
        }
    }

    @Test
    void isNamedWhereItDoesNotFit() throws Exception {
        insert(1);
        try (NanosyncProcess run = start("-Xmx2g", false)) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.err())
                    .contains("public.t")
                    .contains("1024 MB")
                    .contains("doesn't fit into the heap, which is 2048 MB in all")
                    .contains("NANOSYNC_JAVA_OPTS=-Xmx");
        }
    }

    /** So many files each have the whole value, and nothing is in files beside. */
    private void awaitRows(NanosyncProcess run, int rows) {
        Await.until(
                rows + " rows have arrived",
                PATIENCE,
                () -> {
                    List<Path> large =
                            arrived().stream().filter(LargestRowITCase::isLarge).toList();
                    if (large.size() < rows) {
                        run.requireAlive();
                        return false;
                    }
                    for (Path file : large) {
                        assertThat(valueIn(file)).isEqualTo(BYTES);
                    }
                    assertThat(large).hasSize(rows);
                    return true;
                });
    }

    private static boolean isLarge(Path file) {
        try {
            return Files.size(file) >= BYTES;
        } catch (IOException removedMeanwhile) {
            return false;
        }
    }

    private List<Path> arrived() throws IOException {
        Path out = folder.resolve("out");
        if (!Files.exists(out)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(file -> file.toString().endsWith(".arrow"))
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    /** How many bytes of the value a file has in one piece. */
    private static long valueIn(Path file) throws IOException {
        byte[] pattern = PATTERN.getBytes(StandardCharsets.US_ASCII);
        long longest = 0;
        long length = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                boolean goesOn = next == pattern[(int) (length % pattern.length)];
                length = goesOn ? length + 1 : next == pattern[0] ? 1 : 0;
                longest = Math.max(longest, length);
            }
        }
        return longest;
    }

    private NanosyncProcess start(String heap, boolean whole) throws IOException {
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
                      properties:
                        batch_boundary_signaling: %s
                    sink: {type: arrow, path: "%s"}
                    checkpoint_interval: 500ms
                """
                        .formatted(database.dsn(), whole, folder.resolve("out")));
        return NanosyncProcess.startScript(
                Map.of("NANOSYNC_JAVA_OPTS", heap), folder, "run", "-f", file.toString());
    }
}
