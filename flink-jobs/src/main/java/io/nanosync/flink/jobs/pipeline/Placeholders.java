package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.PercentEncoding;
import io.nanosync.flink.pg.config.Problem;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code ${env:NAME}} by environment variables, after YAML was parsed, so that a value can
 * add no YAML.
 */
final class Placeholders {

    private static final Pattern NAME = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)\\}");
    private static final Pattern OPENING = Pattern.compile("\\$\\{");
    private static final Pattern DSN_CREDENTIALS =
            Pattern.compile("(postgres(?:ql)?://)([^@]*:[^@]*)(@.*)", Pattern.DOTALL);

    private final Map<String, String> environment;

    Placeholders(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Whether a text holds a placeholder. */
    static boolean in(String text) {
        return OPENING.matcher(text).find();
    }

    /** The text with its placeholders replaced; null when that failed and problems were added. */
    @Nullable String expand(String text, String path, List<Problem> problems) {
        return expand(text, false, path, problems);
    }

    /**
     * The same for a connection string. A variable between {@code ://} and {@code @} stands for
     * exactly its value: characters that mean something in a URL are encoded.
     */
    @Nullable String expandDsn(String text, String path, List<Problem> problems) {
        Matcher parts = DSN_CREDENTIALS.matcher(text);
        if (!parts.matches()) {
            return expand(text, false, path, problems);
        }
        String credentials = expand(parts.group(2), true, path, problems);
        String rest = expand(parts.group(3), false, path, problems);
        return credentials == null || rest == null ? null : parts.group(1) + credentials + rest;
    }

    private @Nullable String expand(
            String text, boolean encode, String path, List<Problem> problems) {
        Matcher opening = OPENING.matcher(text);
        Matcher name = NAME.matcher(text);
        StringBuilder expanded = new StringBuilder();
        int from = 0;
        boolean complete = true;
        while (opening.find(from)) {
            expanded.append(text, from, opening.start());
            name.region(opening.start(), text.length());
            if (!name.lookingAt()) {
                problems.add(
                        Problem.of(path, "found a placeholder of unknown form", "${env:NAME}"));
                return null;
            }
            String value = environment.get(name.group(1));
            if (value == null) {
                problems.add(unset(name.group(1), path));
                complete = false;
            } else {
                expanded.append(encode ? PercentEncoding.encode(value) : value);
            }
            from = name.end();
        }
        return complete ? expanded.append(text.substring(from)).toString() : null;
    }

    private static Problem unset(String variable, String path) {
        return Problem.of(
                path,
                "environment variable "
                        + variable
                        + " is not set. Run: export "
                        + variable
                        + "=<value>, then run the command again");
    }
}
