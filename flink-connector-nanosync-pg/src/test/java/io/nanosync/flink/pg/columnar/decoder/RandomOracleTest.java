package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that PostgreSQL makes up, the same in every run. */
@ExtendWith(OracleSessions.class)
final class RandomOracleTest {

    /** A whole number from 0 to below {@code bound} that depends on {@code i} and {@code salt}. */
    private static String pick(int salt, String bound) {
        return "(abs(hashint8(i * 1000 + " + salt + ")::int8) % " + bound + ")";
    }

    static IntStream versions() {
        return TestPostgres.VERSIONS.stream().mapToInt(Integer::intValue);
    }

    private static void assertExact(OracleSession session, String type, String expression, int rows)
            throws SQLException, IOException {
        session.assertExactText(
                session.types().named(type),
                "SELECT ("
                        + expression
                        + ")::"
                        + type
                        + " FROM generate_series(1, "
                        + rows
                        + ") i");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void intervals(int major) throws SQLException, IOException {
        OracleSession session = OracleSessions.on(major);
        String months = "(" + pick(1, "1000") + " - 500) * (" + pick(2, "3") + " / 2)";
        String days = "(" + pick(3, "600") + " - 300) * (" + pick(4, "3") + " / 2)";
        String micros =
                "(" + pick(5, "10000000000") + " - 5000000000) * (" + pick(6, "3") + " / 2)";
        assertExact(
                session,
                "interval",
                "make_interval(0, ("
                        + months
                        + ")::int, 0, ("
                        + days
                        + ")::int, 0, 0, 0) + "
                        + micros
                        + " * interval '1 microsecond'",
                2_000);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void datesAndTimesInArrays(int major) throws SQLException, IOException {
        OracleSession session = OracleSessions.on(major);
        assertExact(session, "date[]", "ARRAY[date '4714-11-24 BC' + i * 1373::int]", 2_000);
        String timestamps =
                "ARRAY[timestamp '4714-11-24 00:00 BC' + "
                        + pick(1, "100000000")
                        + " * interval '1 day' + "
                        + pick(2, "86400000000")
                        + " * interval '1 microsecond']";
        assertExact(session, "timestamp[]", timestamps, 2_000);
        assertExact(session, "timestamptz[]", timestamps + "::timestamptz[]", 2_000);
        assertExact(
                session,
                "timetz",
                "('00:00'::time + "
                        + pick(3, "86400000000")
                        + " * interval '1 microsecond') AT TIME ZONE make_interval(secs => "
                        + pick(4, "100000")
                        + " - 50000)",
                2_000);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void numerics(int major) throws SQLException, IOException {
        OracleSession session = OracleSessions.on(major);
        String number =
                "(CASE WHEN i % 2 = 0 THEN '-' ELSE '' END || "
                        + digits(pick(1, "40"))
                        + " || '.' || "
                        + digits(pick(2, "40"))
                        + ")";
        assertExact(session, "numeric", number, 1_000);
    }

    private static String digits(String countLessOne) {
        return "(SELECT string_agg((abs(hashint8(i * 99 + j)::int8) % 10)::text, '') FROM"
                + " generate_series(0, "
                + countLessOne
                + ") j)";
    }

    @ParameterizedTest
    @MethodSource("versions")
    void arraysOfHardToQuoteText(int major) throws SQLException, IOException {
        String letters = "E'a\"\\\\ ,{}()[]\\tNnULl;''\\n\\u011f'";
        String word =
                "(SELECT string_agg(substr("
                        + letters
                        + ", (abs(hashint8(i * 77 + k * 7 + j)::int8) % 22)::int, 1), '') FROM"
                        + " generate_series(0, (i + k) % 5) j)";
        String array =
                "(SELECT array_agg(CASE WHEN (i + k) % 7 = 0 THEN NULL ELSE "
                        + word
                        + " END) FROM generate_series(0, i % 6) k)";
        OracleSession session = OracleSessions.on(major);
        assertExact(session, "text[]", array, 1_000);
        assertExact(session, "text[]", "ARRAY[" + array + ", " + array + "]", 500);
        assertExact(session, "pair", "ROW((" + array + ")[1], " + array + ")", 2_000);
        assertExact(
                session,
                "pair[]",
                "ARRAY[ROW((" + array + ")[1], " + array + "), NULL]::pair[]",
                500);
        assertExact(
                session,
                "hstore",
                "(SELECT hstore(array_agg(coalesce(w, '')), array_agg(w)) FROM unnest("
                        + array
                        + ") w)",
                1_000);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void addresses(int major) throws SQLException, IOException {
        StringBuilder address = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            address.append(i == 0 ? "" : " || ':' || ");
            address.append("to_hex((CASE ").append(pick(i, i < 5 ? "3 / 2" : "4"));
            address.append(" WHEN 0 THEN 0 WHEN 1 THEN 65535 ELSE ");
            address.append(pick(i, "65536")).append(" END)::int)");
        }
        OracleSession session = OracleSessions.on(major);
        assertExact(session, "inet", "(" + address + ") || '/' || " + pick(9, "129"), 3_000);
    }
}
