package io.nanosync.flink.jobs.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.cli.NanosyncProcess;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the page on changed schemas, done on a real server. */
class DriftGuideITCase {

    private final Page page = Page.of("docs/drift.md");
    private final TestDatabase database = TestPostgres.shared(17).createDatabase();

    @TempDir private Path folder;

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void pipelinePausesAndGoesOnAsThePageSays() throws Exception {
        List<String> sql = page.examples("sql");
        database.execute(sql.get(0));
        Path file =
                Files.writeString(
                        folder.resolve("pipelines.yaml"),
                        page.examples("yaml")
                                .get(0)
                                .replaceFirst("dsn: \".*\"", "dsn: \"" + database.dsn() + "\""));
        String words =
                page.examples("text").get(0).strip().replaceFirst("LSN \\S+ were.*", "").strip();
        String command = page.examples("bash").get(0).strip();
        try (NanosyncProcess run = NanosyncProcess.start(folder, "run", "-f", file.toString())) {
            run.awaitErr("shop  streaming");
            database.execute(sql.get(1));
            run.awaitErr("shop  paused");
            awaitLine(run, "public.orders update");
            assertThat(run.out()).doesNotContain("insert");
            assertThat(run.err().replaceAll("\\s+", " ")).contains(words);
            try (NanosyncProcess resume =
                    NanosyncProcess.start(
                            folder, command.substring("nanosync ".length()).split(" ", -1))) {
                assertThat(resume.exitCode()).as(resume.err()).isZero();
                assertThat(resume.out()).contains(words).contains("shop: accepted.");
            }
            awaitLine(run, "public.orders insert id=2");
            assertThat(run.out()).contains("total=7");
            run.terminate();
            assertThat(run.exitCode()).as(run.err()).isZero();
        }
    }

    private static void awaitLine(NanosyncProcess run, String beginning) {
        Await.until(
                "printed: " + beginning,
                Duration.ofSeconds(60),
                () -> run.out().lines().anyMatch(line -> line.startsWith(beginning)));
    }
}
