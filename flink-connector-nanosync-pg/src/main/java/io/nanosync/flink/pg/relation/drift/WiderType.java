package io.nanosync.flink.pg.relation.drift;

import io.nanosync.flink.pg.relation.Column;
import java.util.List;

/**
 * Which types hold every value of another one, as the same value. Left out is what becomes another
 * kind of value for a consumer: a {@code numeric} without precision arrives as text, and {@code
 * char(n)} is padded.
 */
final class WiderType {

    private static final int UNLIMITED = -1;

    /** Bytes that come with a typmod of a length or a precision ({@code VARHDRSZ}). */
    private static final int HEADER = 4;

    private static final List<String> INTEGERS = List.of("int2", "int4", "int8");
    private static final List<String> FLOATS = List.of("float4", "float8");

    private WiderType() {}

    static boolean isWider(Column former, Column now) {
        String from = former.type().name();
        String to = now.type().name();
        if (from.equals(to)) {
            return switch (from) {
                case "varchar" -> isLonger(former.typmod(), now.typmod());
                case "numeric" -> hasMoreDigits(former.typmod(), now.typmod());
                case "time", "timetz", "timestamp", "timestamptz" ->
                        isLonger(former.typmod(), now.typmod());
                default -> false;
            };
        }
        return isBehind(INTEGERS, from, to)
                || isBehind(FLOATS, from, to)
                || (from.equals("varchar") && to.equals("text"));
    }

    private static boolean isBehind(List<String> types, String from, String to) {
        int at = types.indexOf(from);
        return at >= 0 && types.indexOf(to) > at;
    }

    private static boolean isLonger(int from, int to) {
        return to == UNLIMITED || (from != UNLIMITED && to > from);
    }

    /** Precision in the upper half, scale in the lower eleven bits, which may be negative. */
    private static boolean hasMoreDigits(int from, int to) {
        if (from == UNLIMITED || to == UNLIMITED) {
            return false;
        }
        return precision(to) - scale(to) >= precision(from) - scale(from)
                && scale(to) >= scale(from);
    }

    private static int precision(int typmod) {
        return (typmod - HEADER) >> 16 & 0xFFFF;
    }

    private static int scale(int typmod) {
        return (((typmod - HEADER) & 0x7FF) ^ 1024) - 1024;
    }
}
