package io.nanosync.flink.jobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FlinkCluster;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packed SQL jar in the lib folder of a cluster of separate processes. */
@Tag("long")
@Tag("packaged")
class SqlJarITCase {

    @TempDir private Path folder;

    @Test
    void writesSnapshotAndChangesOfATableToFiles() throws IOException {
        try (TestPostgres postgres = TestPostgres.start(18);
                FlinkCluster cluster = FlinkCluster.builder().lib(JobJars.sql()).start()) {
            postgres.execute(
                    "CREATE TABLE orders (id bigint PRIMARY KEY, customer text)",
                    "INSERT INTO orders VALUES (1, 'first'), (2, 'second')");
            String job =
                    cluster.submission(JobJars.of(folder.resolve("job.jar"), SqlJob.class))
                            .mainClass(SqlJob.class.getName())
                            .arguments(statements(postgres))
                            .run();
            cluster.awaitRunning(job);
            Await.until("the snapshot was read", () -> written().size() >= 2);
            postgres.execute(
                    "INSERT INTO orders VALUES (3, 'third')",
                    "UPDATE orders SET customer = 'the second' WHERE id = 2",
                    "DELETE FROM orders WHERE id = 1");
            Await.until("every change has arrived", () -> written().size() >= 5);
            cluster.stopWithSavepoint(job);
            assertThat(written())
                    .containsExactlyInAnyOrder(
                            "r,1,first", "r,2,second", "i,3,third", "u,2,\"the second\"", "d,1,");
        }
    }

    private List<String> statements(TestPostgres postgres) {
        return List.of(
                """
                CREATE CATALOG shop WITH (
                  'type' = 'nanosync-pg',
                  'dsn' = '%s',
                  'changelog-mode' = 'append'
                )
                """
                        .formatted(postgres.database().dsn()),
                """
                CREATE TEMPORARY TABLE orders (
                  op STRING METADATA
                ) LIKE shop.%s.`public.orders`
                """
                        .formatted(postgres.database().name()),
                """
                CREATE TABLE files (
                  op STRING,
                  id BIGINT,
                  customer STRING
                ) WITH (
                  'connector' = 'filesystem',
                  'path' = '%s',
                  'format' = 'csv'
                )
                """
                        .formatted(folder.resolve("out").toUri()),
                "INSERT INTO files SELECT op, id, customer FROM orders");
    }

    /** Lines of the files that checkpoints have committed. */
    private List<String> written() {
        Path out = folder.resolve("out");
        if (!Files.exists(out)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .flatMap(SqlJarITCase::lines)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + out, e);
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
