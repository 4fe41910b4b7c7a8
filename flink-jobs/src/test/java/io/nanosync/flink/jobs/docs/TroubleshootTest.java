package io.nanosync.flink.jobs.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The words by which the page finds an error are those of the code. */
class TroubleshootTest {

    /** What a message has between its words. */
    private static final Pattern PLACEHOLDER = Pattern.compile("…");

    /** A text that goes on in the next line. */
    private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");

    @Test
    void everyErrorOfThePageIsOneOfTheCode() throws IOException {
        String code = code("main");
        List<String> messages = messages();
        assertThat(messages).hasSizeGreaterThan(15);
        for (String message : messages) {
            for (String words : PLACEHOLDER.split(message)) {
                assertThat(code.contains(words.strip().replace("\"", "\\\"")))
                        .as("the code says: " + words)
                        .isTrue();
            }
        }
    }

    /** The longest of its words, which another message hardly has. */
    @Test
    void everyErrorOfThePageIsExpectedByATest() throws IOException {
        String tests = code("test");
        for (String message : messages()) {
            String words =
                    Stream.of(PLACEHOLDER.split(message))
                            .map(String::strip)
                            .max(Comparator.comparingInt(String::length))
                            .orElseThrow();
            assertThat(tests.contains(words.replace("\"", "\\\"")))
                    .as("a test expects: " + words)
                    .isTrue();
        }
    }

    /** First cells of the tables, without those in which nothing is quoted. */
    private static List<String> messages() {
        List<String> messages = new ArrayList<>();
        Page.of("docs/troubleshoot.md")
                .text()
                .lines()
                .filter(line -> line.startsWith("| `"))
                .forEach(line -> messages.add(line.substring(3, line.indexOf('`', 3))));
        return messages;
    }

    private static String code(String part) throws IOException {
        StringBuilder code = new StringBuilder();
        for (String module : List.of("flink-connector-nanosync-pg", "flink-jobs")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", part, "java"))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    code.append(JOINT.matcher(Files.readString(file)).replaceAll(""));
                }
            }
        }
        return code.toString();
    }
}
