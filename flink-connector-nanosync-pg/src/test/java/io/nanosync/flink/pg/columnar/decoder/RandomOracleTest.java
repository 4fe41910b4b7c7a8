package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that PostgreSQL makes up, the same in every run. */
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
        String parts =
                "make_interval(0, (%s - 500) * (%s / 2), 0, (%s - 300) * (%s / 2), 0, 0, 0) + (%s -"
                        + " 5000000000) * (%s / 2) * interval '1 microsecond'";
        try (OracleSession session = OracleSession.on(major)) {
            assertExact(
                    session,
                    "interval",
                    String.format(
                            Locale.ROOT,
                            parts,
                            pick(1, "1000") + "::int",
                            pick(2, "3") + "::int",
                            pick(3, "600") + "::int",
                            pick(4, "3") + "::int",
                            pick(5, "10000000000"),
                            pick(6, "3")),
                    4000);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void datesAndTimesInArrays(int major) throws SQLException, IOException {
        try (OracleSession session = OracleSession.on(major)) {
            assertExact(session, "date[]", "ARRAY[date '4714-11-24 BC' + i * 1373::int]", 2_000);
            String moment =
                    "timestamp '4714-11-24 00:00 BC' + %s * interval '1 day' + %s * interval '1"
                            + " microsecond'";
            String timestamps =
                    "ARRAY["
                            + String.format(
                                    Locale.ROOT,
                                    moment,
                                    pick(1, "100000000"),
                                    pick(2, "86400000000"))
                            + "]";
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
    }

    @ParameterizedTest
    @MethodSource("versions")
    void numerics(int major) throws SQLException, IOException {
        try (OracleSession session = OracleSession.on(major)) {
            String digits =
                    "(SELECT string_agg((abs(hashint8(i * 99 + j)::int8) %% 10)::text, '') FROM"
                            + " generate_series(0, %s) j)";
            String number =
                    "(CASE WHEN i % 2 = 0 THEN '-' ELSE '' END || "
                            + String.format(Locale.ROOT, digits, pick(1, "40"))
                            + " || '.' || "
                            + String.format(Locale.ROOT, digits, pick(2, "40"))
                            + ")";
            assertExact(session, "numeric", number, 3_000);
        }
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
        try (OracleSession session = OracleSession.on(major)) {
            session.execute("CREATE TYPE pair AS (a text, b text[])");
            session.execute("CREATE EXTENSION hstore");
            assertExact(session, "text[]", array, 2_000);
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
    }

    @ParameterizedTest
    @MethodSource("versions")
    void addresses(int major) throws SQLException, IOException {
        String word = "CASE %s WHEN 0 THEN 0 WHEN 1 THEN 65535 ELSE %s END";
        StringBuilder address = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            address.append(i == 0 ? "" : " || ':' || ");
            String value =
                    String.format(
                            Locale.ROOT, word, pick(i, i < 5 ? "3 / 2" : "4"), pick(i, "65536"));
            address.append("to_hex((").append(value).append(")::int)");
        }
        try (OracleSession session = OracleSession.on(major)) {
            assertExact(session, "inet", "(" + address + ") || '/' || " + pick(9, "129"), 3_000);
        }
    }
}
