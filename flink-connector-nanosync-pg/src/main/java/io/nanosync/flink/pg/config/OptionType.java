package io.nanosync.flink.pg.config;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How an option's text is read, wherever it stands: in a pipelines file, in the options of a table,
 * in a call of the builder.
 *
 * @param <T> what it becomes
 */
public interface OptionType<T> {

    /** What is accepted, as a noun: for error messages and the reference. */
    String expected();

    /** The value of a text as it is, blanks included; null when it isn't one. */
    @Nullable T parse(String text);

    /** The values to choose from; empty when there is no list. */
    default List<String> choices() {
        return List.of();
    }

    /**
     * The value of a text, without the blanks around it.
     *
     * @param path of what is reported when it isn't one
     * @return null with a problem
     */
    default @Nullable T read(String text, String path, List<Problem> problems) {
        T value = parse(text.strip());
        if (value == null) {
            problems.add(
                    new Problem(
                            path,
                            null,
                            "found \"" + text + "\"",
                            expected(),
                            NearestName.of(text, choices())));
        }
        return value;
    }

    /** {@code true} or {@code false}, nothing else. */
    public static OptionType<Boolean> bool() {
        return choice(List.of("true", "false"), text -> Boolean.valueOf(text.equals("true")));
    }

    /** A whole number in decimal digits. */
    static OptionType<Integer> integer(int min, int max) {
        return of(
                "a whole number from " + min + " to " + max,
                text -> {
                    if (!text.matches("-?[0-9]{1,10}")) {
                        return null;
                    }
                    long value = Long.parseLong(text);
                    return value < min || value > max ? null : (int) value;
                });
    }

    /** A duration, see {@link DurationText}. */
    static OptionType<Duration> duration(Duration min, Duration max, boolean zeroAllowed) {
        return of(
                (zeroAllowed ? "0 or a duration from " : "a duration from ")
                        + DurationText.print(min)
                        + " to "
                        + DurationText.print(max)
                        + ", such as 500ms, 10s or 1m30s",
                text -> {
                    Duration value = DurationText.parse(text);
                    if (value == null || (zeroAllowed && value.isZero())) {
                        return value;
                    }
                    return value.compareTo(min) < 0 || value.compareTo(max) > 0 ? null : value;
                });
    }

    /** The name of something in PostgreSQL, exactly as in its catalog. */
    static OptionType<String> identifier() {
        return matching(
                "a name of 1 to 63 bytes",
                text ->
                        !text.isEmpty()
                                && text.indexOf('\0') < 0
                                && text.getBytes(StandardCharsets.UTF_8).length <= 63);
    }

    /** The name of a replication slot. */
    static OptionType<String> slotName() {
        Pattern legal = Pattern.compile("[a-z0-9_]{1,63}");
        return matching(
                "a slot name: 1 to 63 lower-case letters, digits and underscores",
                text -> legal.matcher(text).matches());
    }

    /** Where a pipeline begins. */
    static OptionType<StartupMode> startupMode() {
        return of(
                "initial, snapshot, latest, slot or lsn: with a position such as lsn:16/B374D848",
                List.of("initial", "snapshot", "latest", "slot"),
                StartupMode::parse);
    }

    /** Any text but an empty one. */
    static OptionType<String> text(String expected) {
        return matching(expected, text -> !text.isEmpty());
    }

    /** A password: taken as it is, blanks included, and never printed. */
    static OptionType<Secret> password() {
        return new OptionType<>() {
            @Override
            public String expected() {
                return "a password";
            }

            @Override
            public @Nullable Secret parse(String text) {
                return text.isBlank() ? null : new Secret(text);
            }

            @Override
            public @Nullable Secret read(String text, String path, List<Problem> problems) {
                Secret password = parse(text);
                if (password == null) {
                    problems.add(Problem.of(path, "is empty", expected()));
                }
                return password;
            }
        };
    }

    /** A connection string, of which problems print no more than {@link Dsn} lets them. */
    static OptionType<ConnectionConfig> dsn() {
        return new OptionType<>() {
            @Override
            public String expected() {
                return "a connection string";
            }

            @Override
            public @Nullable ConnectionConfig parse(String text) {
                return Dsn.parse(text).value();
            }

            @Override
            public @Nullable ConnectionConfig read(
                    String text, String path, List<Problem> problems) {
                Checked<ConnectionConfig> connection = Dsn.parse(text);
                connection.problems().forEach(problem -> problems.add(problem.at(path, null)));
                return connection.value();
            }
        };
    }

    /** One of an enum's constants, in lower case. */
    static <E extends Enum<E>> OptionType<E> enumeration(Class<E> type) {
        List<String> names =
                Arrays.stream(type.getEnumConstants())
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .toList();
        return choice(names, text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT)));
    }

    private static OptionType<String> matching(String expected, Predicate<String> legal) {
        return of(expected, text -> legal.test(text) ? text : null);
    }

    private static <T> OptionType<T> choice(List<String> names, Function<String, T> value) {
        return of(either(names), names, text -> names.contains(text) ? value.apply(text) : null);
    }

    private static <T> OptionType<T> of(String expected, Function<String, @Nullable T> parsing) {
        return of(expected, List.of(), parsing);
    }

    private static <T> OptionType<T> of(
            String expected, List<String> choices, Function<String, @Nullable T> parsing) {
        return new OptionType<>() {
            @Override
            public String expected() {
                return expected;
            }

            @Override
            public @Nullable T parse(String text) {
                return parsing.apply(text);
            }

            @Override
            public List<String> choices() {
                return choices;
            }
        };
    }

    /** {@code a, b or c}. */
    static String either(List<String> names) {
        if (names.size() < 2) {
            return String.join("", names);
        }
        return String.join(", ", names.subList(0, names.size() - 1))
                + " or "
                + names.get(names.size() - 1);
    }
}
