package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.PercentEncoding;
import io.nanosync.flink.pg.config.Problem;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code ${env:NAME}} by environment variables, after YAML was parsed, so that a value can
 * add no YAML.
 */
final class Placeholders {

    /** Group 1 is the variable's name; null for any other form. */
    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\$\\{(?:env:([A-Za-z_][A-Za-z0-9_]*)\\}|[^}]*\\}?)");

    private static final Pattern DSN_CREDENTIALS =
            Pattern.compile("(postgres(?:ql)?://)([^@]*:[^@]*)(@.*)", Pattern.DOTALL);

    /** What Java puts for bytes that it can't read. */
    private static final char REPLACEMENT_CHARACTER = '\uFFFD';

    private final Map<String, String> environment;

    Placeholders(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Whether a text holds a placeholder. */
    static boolean in(String text) {
        return PLACEHOLDER.matcher(text).find();
    }

    /** The text with its placeholders replaced; null when that failed and problems were added. */
    @Nullable String expand(String text, String path, List<Problem> problems) {
        int before = problems.size();
        DsnText.Builder expanded = new DsnText.Builder();
        replace(text, false, reportingTo(problems, path), expanded);
        return problems.size() == before ? expanded.build().text() : null;
    }

    /**
     * The same for a connection string. A variable between {@code ://} and {@code @} stands for
     * exactly its value: characters that mean something in a URL are encoded.
     */
    @Nullable DsnText expandDsn(String text, String path, List<Problem> problems) {
        int before = problems.size();
        Function<@Nullable String, String> unknown = reportingTo(problems, path);
        DsnText expanded = replaceInDsn(text, unknown, unknown);
        return problems.size() == before ? expanded : null;
    }

    /**
     * For a connection string that can't be expanded: the string with one of each kind of value in
     * place of what is unknown. What is wrong with all of them is wrong whatever that is.
     */
    List<DsnText> possibleDsns(String text) {
        // A problem that comes from the value itself isn't the same for two values.
        return List.of(
                replaceInDsn(text, unknown -> "1", unknown -> "1"),
                replaceInDsn(text, unknown -> "2", unknown -> "2"),
                replaceInDsn(text, unknown -> lacking(text), unknown -> "1"));
    }

    /** What a variable in a connection string may hold besides a name or a number. */
    private static String lacking(String text) {
        String address = text.substring(0, optionsOf(text));
        if (!address.contains("://")) {
            return "postgres://u:p@h/d";
        }
        if (!address.contains("@")) {
            return "u:p@h/d";
        }
        return address.indexOf('/', address.indexOf('@')) < 0 ? "h/d" : "1";
    }

    private static int optionsOf(String text) {
        int question = text.indexOf('?');
        return question < 0 ? text.length() : question;
    }

    private DsnText replaceInDsn(
            String text,
            Function<@Nullable String, String> unknown,
            Function<@Nullable String, String> unknownInOptions) {
        DsnText.Builder dsn = new DsnText.Builder();
        Matcher parts = DSN_CREDENTIALS.matcher(text);
        boolean hasCredentials = parts.matches();
        if (hasCredentials) {
            dsn.add(parts.group(1));
            replace(parts.group(2), true, unknown, dsn);
        }
        String rest = hasCredentials ? parts.group(3) : text;
        int options = optionsOf(rest);
        replace(rest.substring(0, options), false, unknown, dsn);
        replace(rest.substring(options), false, unknownInOptions, dsn);
        return dsn.build();
    }

    /**
     * @param unknown what to put for a variable that is not set or not readable, by its name, and
     *     for a placeholder of another form, by null; that hides nothing
     */
    private void replace(
            String text,
            boolean encode,
            Function<@Nullable String, String> unknown,
            DsnText.Builder into) {
        Matcher placeholder = PLACEHOLDER.matcher(text);
        int end = 0;
        while (placeholder.find()) {
            into.add(text.substring(end, placeholder.start()));
            String name = placeholder.group(1);
            String value = name == null ? null : environment.get(name);
            if (value == null || isGarbled(value)) {
                into.add(encoded(unknown.apply(name), encode));
            } else {
                into.add(encoded(value, encode), placeholder.group());
            }
            end = placeholder.end();
        }
        into.add(text.substring(end));
    }

    private static String encoded(String value, boolean encode) {
        return encode ? PercentEncoding.encode(value) : value;
    }

    /** Whether Java couldn't read it, since the locale's character set lacks a character. */
    private static boolean isGarbled(String value) {
        return value.indexOf(REPLACEMENT_CHARACTER) >= 0;
    }

    private Function<@Nullable String, String> reportingTo(List<Problem> problems, String path) {
        return name -> {
            problems.add(problem(name, path));
            return "";
        };
    }

    private Problem problem(@Nullable String variable, String path) {
        if (variable == null) {
            return Problem.of(path, "found a placeholder of unknown form", "${env:NAME}");
        }
        return environment.containsKey(variable) ? garbled(variable, path) : unset(variable, path);
    }

    private static Problem garbled(String variable, String path) {
        return Problem.of(
                path,
                "environment variable "
                        + variable
                        + " holds a character that the locale of this process can't read. Run it"
                        + " with the environment variable LC_ALL=C.UTF-8");
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
