package io.nanosync.flink.jobs.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.pipeline.InvalidPipelinesFileException;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentationTest {

    @TempDir private Path folder;

    static List<Page> pages() {
        return Page.all();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsToAFile(Page page) {
        assertThat(page.links()).allSatisfy(link -> assertThat(link).exists());
    }

    @Test
    void everyPageIsReachableFromTheReadme() {
        Set<Path> reached = new HashSet<>();
        Deque<Page> toVisit = new ArrayDeque<>(List.of(Page.of("README.md")));
        while (!toVisit.isEmpty()) {
            Page page = toVisit.remove();
            if (reached.add(page.path())) {
                page.links().stream()
                        .filter(link -> link.toString().endsWith(".md"))
                        .forEach(link -> toVisit.add(Page.of(link.toString())));
            }
        }
        assertThat(pages()).allSatisfy(page -> assertThat(reached).contains(page.path()));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyPipelinesFileIsValid(Page page) throws IOException, InvalidPipelinesFileException {
        for (String example : page.examples("yaml")) {
            Path file = Files.writeString(folder.resolve("pipelines.yaml"), example);
            assertThat(PipelinesFile.read(file, Map.of("PG_PASSWORD", "secret")).pipelines())
                    .isNotEmpty();
        }
    }

    @Test
    void theReadmeHasAnExample() {
        assertThat(Page.of("README.md").examples("yaml")).hasSize(1);
        assertThat(Page.of("docs/quickstart.md").examples("yaml")).hasSize(1);
    }
}
