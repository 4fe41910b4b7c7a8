package io.nanosync.flink.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceOption;
import io.nanosync.flink.pg.config.SourceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationReferenceTest {

    private static final Path PAGE = Path.of("..", "docs", "reference", "configuration.md");

    /** With {@code -Dnanosync.docs.update=true} the page is written instead. */
    @Test
    void theCommittedPageIsWhatTheCodeSays() throws IOException {
        String rendered = ConfigurationReference.render();
        if (Boolean.getBoolean("nanosync.docs.update")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, rendered);
        }
        assertThat(Files.readString(PAGE))
                .as("Run the tests with -Dnanosync.docs.update=true to write the page anew")
                .isEqualTo(rendered);
        for (SourceOption<?> option : SourceOptions.all()) {
            assertThat(rendered).contains("\n| `" + option.name() + "` | ");
        }
    }
}
