package io.nanosync.flink.pg.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code docs/sql.md}: the parts of it that come from the code, and its statements. */
final class SqlGuide {

    static final Path PAGE = Path.of("../docs/sql.md");

    private static final Pattern BLOCK =
            Pattern.compile("```(sql|postgresql|postgresql-later)\n(.*?)```", Pattern.DOTALL);

    private SqlGuide() {}

    /** One statement; {@code server} tells for whom: {@code sql} is Flink. */
    record Statement(String server, String text) {}

    static List<Statement> statements() throws IOException {
        List<Statement> statements = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(PAGE));
        while (block.find()) {
            for (String text : block.group(2).split(";\n")) {
                if (!text.isBlank()) {
                    statements.add(new Statement(block.group(1), text.strip()));
                }
            }
        }
        return statements;
    }

    /** The page with its written parts as the code has them. */
    static String written(String page) {
        String withTypes = replace(page, "types", types());
        return replace(replace(withTypes, "metadata", metadata()), "options", options());
    }

    private static String replace(String page, String part, String text) {
        String begin = "<!-- " + part + ": written by SqlGuideTest -->\n";
        int from = page.indexOf(begin);
        int to = page.indexOf("<!-- end -->", from);
        if (from < 0 || to < 0) {
            throw new AssertionError("The guide has no part for " + part);
        }
        return page.substring(0, from + begin.length()) + text + page.substring(to);
    }

    private static String types() {
        return "| PostgreSQL | Flink SQL | or |\n|---|---|---|\n"
                + Arrays.stream(ColumnKind.values())
                        .map(kind -> kind.documentation() + "\n")
                        .collect(Collectors.joining());
    }

    private static String metadata() {
        return "| Metadata | Type | |\n|---|---|---|\n"
                + Arrays.stream(Metadata.values())
                        .map(
                                metadata ->
                                        "| `"
                                                + metadata.key()
                                                + "` | `"
                                                + metadata.type().toString()
                                                + "` | "
                                                + metadata.description()
                                                + ". |\n")
                        .collect(Collectors.joining());
    }

    private static String options() {
        return "| Option | Default | |\n|---|---|---|\n"
                + TableOptions.all().stream()
                        .map(
                                option ->
                                        "| `"
                                                + option.name()
                                                + "` | "
                                                + (option.defaultText() == null
                                                        ? ""
                                                        : "`" + option.defaultText() + "`")
                                                + " | "
                                                + option.description()
                                                + " |\n")
                        .collect(Collectors.joining());
    }
}
