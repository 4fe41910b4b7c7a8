package io.nanosync.flink.pg.source.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/reference/metrics.md} complete. */
class MetricsPageTest {

    private static final Path PAGE = Path.of("../docs/reference/metrics.md");
    private static final Path SOURCES = Path.of("src/main/java");

    @Test
    void thePageNamesEveryMetricThatThereIsAndNoOther() throws IOException {
        Set<String> registered = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                registered.addAll(names("\"(ns_[a-z_]+)\"", Files.readString(file)));
            }
        }
        assertThat(names("(?m)^\\| `(ns_[a-z_]+)` \\|", Files.readString(PAGE)))
                .isEqualTo(registered);
    }

    private static Set<String> names(String pattern, String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
