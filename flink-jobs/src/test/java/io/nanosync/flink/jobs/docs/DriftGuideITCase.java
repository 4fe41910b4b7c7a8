package io.nanosync.flink.jobs.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.cli.NanosyncProcess;
import io.nanosync.flink.pg.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the page on changed schemas, done on a real server. */
class DriftGuideITCase {

    @TempDir private Path folder;

    private Guide guide;

    @BeforeEach
    void begin() {
        guide = new Guide("docs/drift.md", folder);
    }

    @AfterEach
    void end() {
        guide.close();
    }

    @Test
    void pipelinePausesAndGoesOnAsThePageSays() throws Exception {
        Page page = guide.page();
        List<String> sql = page.examples("sql");
        guide.database().execute(sql.get(0));
        String words =
                page.examples("text").get(0).strip().replaceFirst("LSN \\S+ were.*", "").strip();
        try (NanosyncProcess run = guide.run(page.examples("yaml").get(0))) {
            guide.database().execute(sql.get(1));
            run.awaitErr("shop  paused");
            awaitLine(run, "public.orders update");
            assertThat(run.out()).doesNotContain("insert");
            assertThat(run.err().replaceAll("\\s+", " ")).contains(words);
            assertThat(guide.command("nanosync resume"))
                    .contains(words)
                    .contains("shop: accepted.");
            awaitLine(run, "public.orders insert id=2");
            assertThat(run.out()).contains("total=7");
            Guide.stop(run);
        }
    }

    private static void awaitLine(NanosyncProcess run, String beginning) {
        Await.until(
                "printed: " + beginning,
                Duration.ofSeconds(60),
                () -> run.out().lines().anyMatch(line -> line.startsWith(beginning)));
    }
}
