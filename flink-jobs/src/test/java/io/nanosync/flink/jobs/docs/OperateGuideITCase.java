package io.nanosync.flink.jobs.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.cli.NanosyncProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the page on operation, done on a real server. */
class OperateGuideITCase {

    @TempDir private Path folder;

    @Test
    @Tag("long")
    void aPipelineIsDeletedAsThePageSays() throws Exception {
        try (Guide guide = new Guide("docs/operate.md", folder)) {
            guide.database().execute(guide.page().examples("sql").get(0));
            try (NanosyncProcess run = guide.run(guide.page().examples("yaml").get(0))) {
                Guide.stop(run);
            }
            assertThat(general(guide.command("nanosync delete")))
                    .isEqualTo(general(guide.page().examples("text").get(0)));
            assertThat(guide.database().queryList("SELECT 1 FROM pg_publication")).isEmpty();
        }
    }

    /** Without what differs from run to run. */
    private static String general(String output) {
        return output.strip()
                .replaceAll("\\R", "\n")
                .replaceAll("shop, \\S+, database \\S+:", "shop, SERVER:")
                .replaceAll("LSN \\S+", "LSN")
                .replaceAll("\\S*/(state/shop|out)", "$1")
                .replaceAll("[0-9]+ checkpoints?", "CHECKPOINTS");
    }
}
