package io.nanosync.flink.pg.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Durations as Go and Flink write them: numbers with units, largest first, such as {@code 500ms},
 * {@code 10s}, {@code 1m30s}, {@code 10 s}, {@code 2 min}. A zero needs no unit.
 */
public final class DurationText {

    private static final Pattern PART = Pattern.compile("([0-9]{1,9})\\s*([a-z]+)\\s*");

    /** Largest first. */
    private enum Unit {
        D(86_400_000, "d", "day days"),
        H(3_600_000, "h", "hour hours"),
        M(60_000, "m", "min mins minute minutes"),
        S(1000, "s", "sec secs second seconds"),
        MS(1, "ms", "milli millis millisecond milliseconds");

        private final long millis;
        private final String symbol;
        private final String longNames;

        Unit(long millis, String symbol, String longNames) {
            this.millis = millis;
            this.symbol = symbol;
            this.longNames = longNames;
        }

        private static @Nullable Unit of(String name) {
            for (Unit unit : values()) {
                if (unit.symbol.equals(name)
                        || Arrays.asList(unit.longNames.split(" ")).contains(name)) {
                    return unit;
                }
            }
            return null;
        }
    }

    private DurationText() {}

    /** The duration; null when the text isn't one. */
    public static @Nullable Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher part = PART.matcher(text);
        long millis = 0;
        Unit last = null;
        int end = 0;
        while (end < text.length()) {
            part.region(end, text.length());
            Unit unit = part.lookingAt() ? Unit.of(part.group(2)) : null;
            if (unit == null || (last != null && unit.compareTo(last) <= 0)) {
                return null;
            }
            millis += Long.parseLong(part.group(1)) * unit.millis;
            last = unit;
            end = part.end();
        }
        return last == null ? null : Duration.ofMillis(millis);
    }

    /** A duration of whole milliseconds as {@link #parse} reads it, in hours and less. */
    public static String print(Duration duration) {
        StringBuilder text = new StringBuilder();
        long millis = duration.toMillis();
        for (Unit unit : Unit.values()) {
            if (unit != Unit.D && millis >= unit.millis) {
                text.append(millis / unit.millis).append(unit.symbol);
                millis %= unit.millis;
            }
        }
        return text.isEmpty() ? "0" : text.toString();
    }
}
