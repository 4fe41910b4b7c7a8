package io.nanosync.flink.jobs.local.progress;

import java.util.List;
import java.util.Locale;

/** Numbers as people read them, in a few characters. */
public final class Units {

    private Units() {}

    /** Rounded to two or more digits: {@code 980 kB}, {@code 1.2 GB}. */
    public static String size(long bytes) {
        double value = bytes / 1024.0;
        String unit = "kB";
        for (String next : List.of("MB", "GB", "TB")) {
            if (value < 1000) {
                break;
            }
            value /= 1024;
            unit = next;
        }
        return format(value < 9.95 ? "%.1f %s" : "%.0f %s", value, unit);
    }

    /** In the two largest units. */
    public static String duration(double seconds) {
        long whole = Math.round(Math.max(1, seconds));
        if (whole < 60) {
            return whole + "s";
        }
        if (whole < 3600) {
            return whole / 60 + "m" + format("%02ds", whole % 60);
        }
        return whole / 3600 + "h" + format("%02dm", whole % 3600 / 60);
    }

    /** The same in every locale. */
    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
