package io.nanosync.flink.pg.client.jdbc;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How values of a type are calculated with, all in {@code numeric}: bounds between them needn't be
 * values that occur, nor exact, but of the type and in order.
 *
 * @param type the type of bounds in SQL: one that the column is compared with by an index of its
 *     own
 * @param finite a condition on a value {@code %1$s}, which leaves out what can't be calculated with
 * @param toNumber the number of a value {@code %1$s}
 * @param fromNumber the value of a number {@code %1$s}
 */
record NumberLine(String type, String finite, String toNumber, String fromNumber) {

    private static final NumberLine INTEGERS =
            new NumberLine("bigint", "%1$s IS NOT NULL", "%1$s::numeric", "floor(%1$s)::bigint");

    // The text is the shortest that is read as the same value; a cast to numeric rounds. What is
    // smaller than the least float is none.
    private static final NumberLine FLOATS =
            new NumberLine(
                    "double precision",
                    "%1$s > '-infinity' AND %1$s < 'infinity'",
                    "%1$s::text::numeric",
                    "CASE WHEN abs(%1$s) < 5e-324 THEN 0 ELSE %1$s::float8 END");

    /** Near the ends of the type differences and products would lie behind them. */
    private static final NumberLine NUMERICS =
            new NumberLine("numeric", "%1$s > -1e130000 AND %1$s < 1e130000", "%1$s", "%1$s");

    private static final NumberLine DATES =
            new NumberLine(
                    "date",
                    "%1$s > '-infinity' AND %1$s < 'infinity'",
                    "(%1$s - date '2000-01-01')::numeric",
                    "date '2000-01-01' + floor(%1$s)::int");

    // In whole seconds, which a float holds exactly.
    private static final NumberLine TIMESTAMPS =
            new NumberLine(
                    "timestamp",
                    "%1$s > '-infinity' AND %1$s < 'infinity'",
                    "extract(epoch FROM %1$s)::numeric",
                    "to_timestamp(floor(%1$s)::float8) AT TIME ZONE 'UTC'");

    private static final NumberLine INSTANTS =
            new NumberLine(
                    "timestamptz",
                    "%1$s > '-infinity' AND %1$s < 'infinity'",
                    "extract(epoch FROM %1$s)::numeric",
                    "to_timestamp(floor(%1$s)::float8)");

    private static final Map<Integer, NumberLine> BY_TYPE =
            Map.of(
                    20, INTEGERS, // int8
                    21, INTEGERS, // int2
                    23, INTEGERS, // int4
                    700, FLOATS, // float4
                    701, FLOATS, // float8
                    1700, NUMERICS, // numeric
                    1082, DATES, // date
                    1114, TIMESTAMPS, // timestamp
                    1184, INSTANTS); // timestamptz

    /** Of a type of this OID; null when values of it aren't calculated with. */
    static @Nullable NumberLine of(int typeOid) {
        return BY_TYPE.get(typeOid);
    }

    String finite(String value) {
        return finite.formatted(value);
    }

    String toNumber(String value) {
        return toNumber.formatted(value);
    }

    String fromNumber(String number) {
        return fromNumber.formatted(number);
    }
}
