package io.nanosync.flink.pg.config;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How an option's text is read.
 *
 * @param <T> what it becomes
 */
public interface OptionType<T> {

    /** What is accepted, as a noun: for error messages and the reference. */
    String expected();

    /** The value of a text; null when it isn't one. */
    @Nullable T read(String text);

    /** The values to choose from; empty when there is no list. */
    default List<String> choices() {
        return List.of();
    }

    /** {@code true} or {@code false}, nothing else. */
    static OptionType<Boolean> bool() {
        return choice(List.of("true", "false"), text -> Boolean.valueOf(text.equals("true")));
    }

    /** A whole number in decimal digits. */
    static OptionType<Integer> integer(int min, int max) {
        return new OptionType<>() {
            @Override
            public String expected() {
                return "a whole number from " + min + " to " + max;
            }

            @Override
            public @Nullable Integer read(String text) {
                if (!text.matches("-?[0-9]{1,10}")) {
                    return null;
                }
                long value = Long.parseLong(text);
                return value < min || value > max ? null : (int) value;
            }
        };
    }

    /** A duration, see {@link DurationText}. */
    static OptionType<Duration> duration(Duration min, Duration max, boolean zeroAllowed) {
        return new OptionType<>() {
            @Override
            public String expected() {
                return (zeroAllowed ? "0 or a duration from " : "a duration from ")
                        + DurationText.print(min)
                        + " to "
                        + DurationText.print(max)
                        + ", such as 500ms, 10s or 1m30s";
            }

            @Override
            public @Nullable Duration read(String text) {
                Duration value = DurationText.parse(text);
                if (value == null || (zeroAllowed && value.isZero())) {
                    return value;
                }
                return value.compareTo(min) < 0 || value.compareTo(max) > 0 ? null : value;
            }
        };
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

    private static OptionType<String> matching(
            String expected, java.util.function.Predicate<String> legal) {
        return new OptionType<>() {
            @Override
            public String expected() {
                return expected;
            }

            @Override
            public @Nullable String read(String text) {
                return legal.test(text) ? text : null;
            }
        };
    }

    /** One of an enum's constants, in lower case. */
    static <E extends Enum<E>> OptionType<E> enumeration(Class<E> type) {
        List<String> names =
                Arrays.stream(type.getEnumConstants())
                        .map(constant -> constant.name().toLowerCase(java.util.Locale.ROOT))
                        .toList();
        return choice(names, text -> Enum.valueOf(type, text.toUpperCase(java.util.Locale.ROOT)));
    }

    private static <T> OptionType<T> choice(
            List<String> names, java.util.function.Function<String, T> value) {
        return new OptionType<>() {
            @Override
            public String expected() {
                return Words.either(names);
            }

            @Override
            public @Nullable T read(String text) {
                return names.contains(text) ? value.apply(text) : null;
            }

            @Override
            public List<String> choices() {
                return names;
            }
        };
    }
}
