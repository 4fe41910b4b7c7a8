package io.nanosync.flink.pg.source.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/reference/metrics.md} as the code is. To write it anew run this test with
 * {@code -Dnanosync.docs.update=true}.
 */
final class MetricsPageTest {

    private static final Path PAGE = Path.of("../docs/reference/metrics.md");
    private static final List<Path> SOURCES =
            List.of(Path.of("src/main/java"), Path.of("../flink-jobs/src/main/java"));

    @Test
    void thePageSaysWhatTheCodeRegisters() throws IOException {
        String page = MetricsPage.render();
        if (Boolean.getBoolean("nanosync.docs.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as("write it anew with -Dtest=MetricsPageTest -Dnanosync.docs.update=true")
                .content(StandardCharsets.UTF_8)
                .isEqualTo(page);
    }

    /** Else it would be missing from the page. */
    @Test
    void nothingIsRegisteredWithoutADefinition() throws IOException {
        for (Path sources : SOURCES) {
            try (Stream<Path> files = Files.walk(sources)) {
                assertThat(files.filter(path -> path.toString().endsWith(".java")))
                        .filteredOn(path -> !path.endsWith("SourceMetric.java"))
                        .allSatisfy(
                                path -> assertThat(Files.readString(path)).doesNotContain("\"ns_"));
            }
        }
    }
}
