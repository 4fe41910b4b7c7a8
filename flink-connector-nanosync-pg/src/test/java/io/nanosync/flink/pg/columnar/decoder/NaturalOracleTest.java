package io.nanosync.flink.pg.columnar.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Types with an Arrow type of their own hold what PostgreSQL computes of the value by another way
 * than the type's text, from binary and text form.
 */
@ExtendWith(OracleSessions.class)
final class NaturalOracleTest {

    private static final String DAYS =
            "CASE WHEN v = 'infinity' THEN 2147483647 WHEN v = '-infinity' THEN -2147483648 ELSE"
                    + " (v::date - date '1970-01-01')::int8 END";

    private static final String TIMESTAMP_MICROS =
            "CASE WHEN v = 'infinity' THEN 9223372036854775807 WHEN v = '-infinity' THEN"
                    + " -9223372036854775807 - 1 ELSE (v::date - date '1970-01-01')::numeric *"
                    + " 86400000000 + round(extract(epoch FROM v::time)::numeric * 1000000) END";

    private static final String[] MOMENTS = {
        "2000-01-01 00:00:00",
        "1970-01-01 00:00:00",
        "1969-12-31 23:59:59.999999",
        "2024-02-29 12:34:56.789",
        "infinity",
        "-infinity",
        "0001-01-01 00:00:00",
        "0001-12-31 23:59:59.1 BC",
        "4714-11-24 00:00:00 BC",
        "10000-01-01 00:00:00",
        "294247-01-10 04:00:54.775806"
    };

    static IntStream versions() {
        return TestPostgres.VERSIONS.stream().mapToInt(Integer::intValue);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void literalsHaveTheValueOfPostgres(int major) throws SQLException, IOException {
        OracleSession session = OracleSessions.on(major);
        numbers(session);
        texts(session);
        times(session);
        check(session, "uuid", "v::text", NaturalOracleTest::uuid, uuids());
        check(session, "bytea", "encode(v, 'hex')", NaturalOracleTest::bytes, byteStrings());
        session.execute("SET bytea_output = escape");
        check(session, "bytea", "encode(v, 'hex')", NaturalOracleTest::bytes, byteStrings());
        session.execute("SET bytea_output = hex");
    }

    private static void numbers(OracleSession session) throws SQLException, IOException {
        check(session, "bool", "v::text", Boolean::valueOf, "t", "f");
        Function<String, Object> integer = Long::valueOf;
        check(session, "int2", "v::numeric", integer, "0", "-32768", "32767", "-1");
        check(session, "int4", "v::numeric", integer, "0", "-2147483648", "2147483647");
        String minLong = "-9223372036854775808";
        check(session, "int8", "v::numeric", integer, "0", minLong, "9223372036854775807", "-10");
        check(session, "oid", "v::int8", integer, "0", "1", "2147483648", "4294967295");
        String[] money = {"0", "1", "-1234.56", "92233720368547758.07", "-92233720368547758.08"};
        Function<String, Object> cents = v -> new BigDecimal(v).setScale(2);
        check(session, "money", "v::numeric", cents, money);
        String[] floats = {"0", "-0", "1.5", "-1e-30", "NaN", "Infinity", "-Infinity", "1e-45"};
        check(session, "float4", "v::float8", v -> Double.valueOf(v).floatValue(), floats);
        String[] doubles = {
            "0", "-0", "0.1", "NaN", "Infinity", "-Infinity", "5e-324", "1.7976931348623157e308"
        };
        check(session, "float8", "v::text", Double::valueOf, doubles);
    }

    private static void texts(OracleSession session) throws SQLException, IOException {
        Function<String, Object> utf8 =
                hex -> new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
        String hex = "encode(convert_to(v::text, 'UTF8'), 'hex')";
        String[] texts = {"", " a ", "ğüşİ 語 🐘", "tab\t newline\n back\\slash", "NULL", "\\N"};
        check(session, "text", hex, utf8, texts);
        check(session, "varchar(40)", hex, utf8, texts);
        check(session, "name", hex, utf8, texts);
        check(session, "char(3)", "encode(bpcharsend(v), 'hex')", utf8, "", "a", "abc", "ğ");
        check(session, "json", hex, utf8, "{\"a\":  1}", "null", " [] ");
        check(session, "jsonb", hex, utf8, "{\"a\":  1.50}", "null", "[1, {\"ğ\": []}]");
        check(session, "xml", hex, utf8, "<a>b</a>", "");
        check(session, "mood", hex, utf8, "sad", "o k");
        // A byte beyond ASCII: PostgreSQL 13 to 15 print what isn't UTF-8.
        PgType character = session.types().named("\"char\"");
        List<@Nullable Object> octal = new ArrayList<>(List.of("\\303", "\\377", "\\200"));
        session.assertValues(
                character, -1, "SELECT v::\"char\" FROM unnest(ARRAY[-61, -1, -128]) AS v", octal);
    }

    private static void times(OracleSession session) throws SQLException, IOException {
        Function<String, Object> days = Integer::valueOf;
        String[] dates = Arrays.copyOf(MOMENTS, MOMENTS.length + 2);
        dates[MOMENTS.length] = "5874897-12-31";
        dates[MOMENTS.length + 1] = "-infinity";
        for (int i = 0; i < MOMENTS.length; i++) {
            dates[i] = dates[i].replaceAll(" [0-9:.]+", "");
        }
        check(session, "date", DAYS, days, dates);
        Function<String, Object> micros = v -> new BigDecimal(v).longValueExact();
        check(
                session,
                "time",
                "round(extract(epoch FROM v)::numeric * 1000000)",
                micros,
                "00:00:00",
                "24:00:00",
                "23:59:59.999999",
                "12:34:56.7");
        check(session, "timestamp", TIMESTAMP_MICROS, micros, MOMENTS);
        check(session, "timestamptz", TIMESTAMP_MICROS, micros, MOMENTS);
        for (String zone : List.of("Asia/Kathmandu", "America/St_Johns", "Europe/Amsterdam")) {
            session.execute("SET TimeZone = '" + zone + "'");
            String utc = TIMESTAMP_MICROS.replace("v::", "(v AT TIME ZONE 'UTC')::");
            check(session, "timestamptz", utc, micros, "0044-03-15 12:00:00 BC", "1800-01-01");
            check(session, "timestamptz", utc, micros, "2024-06-01 12:00:00.5", "infinity");
        }
        session.execute("SET TimeZone = 'UTC'");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void decimalsOfEveryWidthHaveTheValueOfPostgres(int major) throws SQLException, IOException {
        Random random = new Random(major);
        OracleSession session = OracleSessions.on(major);
        int[][] shapes = {
            {1, 0}, {1, 1}, {4, 2}, {5, 5}, {9, 3}, {12, 2}, {18, 0}, {18, 4}, {18, 18},
            {19, 0}, {19, 5}, {27, 9}, {38, 0}, {38, 10}, {38, 38}, {39, 1}, {57, 20}, {76, 0},
            {76, 38}, {76, 76}
        };
        for (int[] shape : shapes) {
            decimals(session, random, shape[0], shape[1]);
        }
    }

    private static void decimals(OracleSession session, Random random, int precision, int scale)
            throws SQLException, IOException {
        List<String> values = new ArrayList<>();
        values.add("0");
        values.add(digits("9".repeat(precision), scale));
        values.add("-" + digits("9".repeat(precision), scale));
        values.add(digits("1" + "0".repeat(precision - 1), scale));
        for (int i = 0; i < 40; i++) {
            int length = 1 + random.nextInt(precision);
            StringBuilder text = new StringBuilder();
            random.ints(length, 0, 10).forEach(text::append);
            values.add((random.nextBoolean() ? "-" : "") + digits(text.toString(), scale));
        }
        String type = "numeric(" + precision + "," + scale + ")";
        Function<String, Object> expected =
                v -> new BigDecimal(v).setScale(scale, RoundingMode.UNNECESSARY);
        check(
                session,
                type,
                Decoded.numericTypmod(precision, scale),
                "v::text",
                expected,
                values.toArray(String[]::new));
    }

    private static String digits(String digits, int scale) {
        return new BigDecimal(digits).movePointLeft(scale).toPlainString();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void domainsAreTheirBaseTypeWithItsModifier(int major) throws SQLException, IOException {
        OracleSession session = OracleSessions.on(major);
        Function<String, Object> decimal = BigDecimal::new;
        check(session, "price", "v::text", decimal, "1.50", "-0.01");
        check(session, "low_price", "v::text", decimal, "99.99", "0.00");
        check(session, "label", "v::text", v -> v, "abc", "");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void timestampsBeyondArrowAreUnrepresentable(int major) throws SQLException, IOException {
        OracleSession session = OracleSessions.on(major);
        for (String type : List.of("timestamp", "timestamptz")) {
            ServerValues values =
                    ServerValues.of(
                            session.connection(),
                            "SELECT v::"
                                    + type
                                    + " FROM unnest(ARRAY['294247-01-10 04:00:54.775807',"
                                    + " '294276-12-31 23:59:59.999999']) AS v");
            for (int i = 0; i < 2; i++) {
                byte @Nullable [] binary = values.binary().get(i);
                byte @Nullable [] text = values.text().get(i);
                assertThat(binary).isNotNull();
                assertThat(text).isNotNull();
                assertThatThrownBy(() -> Decoded.as(type).binary(binary))
                        .isInstanceOf(UnrepresentableValueException.class)
                        .hasMessage(
                                "A "
                                        + type
                                        + " after 294247-01-10 04:00:54.775806 doesn't fit"
                                        + " Arrow's Timestamp(microsecond)");
                assertThatThrownBy(() -> Decoded.as(type).text(text))
                        .isInstanceOf(UnrepresentableValueException.class);
            }
        }
    }

    private static void check(
            OracleSession session,
            String type,
            String oracle,
            Function<String, Object> expected,
            String... values)
            throws SQLException, IOException {
        check(session, type, -1, oracle, expected, values);
    }

    /** Compares with what PostgreSQL says of {@code v} in the expression {@code oracle}. */
    private static void check(
            OracleSession session,
            String type,
            int typmod,
            String oracle,
            Function<String, Object> expected,
            String... values)
            throws SQLException, IOException {
        StringBuilder rows = new StringBuilder("(0, NULL::" + type + ")");
        for (int i = 0; i < values.length; i++) {
            String literal = values[i].replace("\\", "\\\\").replace("'", "\\'");
            rows.append(", (").append(i + 1).append(", E'").append(literal).append("'::");
            rows.append(type).append(")");
        }
        String from = " FROM (VALUES " + rows + ") AS t(i, v) ORDER BY i";
        List<@Nullable Object> wanted = new ArrayList<>();
        for (byte @Nullable [] text :
                ServerValues.text(session.connection(), "SELECT " + oracle + from)) {
            wanted.add(
                    text == null ? null : expected.apply(new String(text, StandardCharsets.UTF_8)));
        }
        PgType pgType = session.types().named(type);
        session.assertValues(pgType, typmod, "SELECT v" + from, wanted);
    }

    private static Object uuid(String text) {
        UUID uuid = UUID.fromString(text);
        return List.of(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    private static String[] uuids() {
        return new String[] {
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "00112233-4455-6677-8899-aabbccddeeff"
        };
    }

    private static Object bytes(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return List.of(bytes.length, Arrays.hashCode(bytes), Arrays.toString(bytes));
    }

    private static String[] byteStrings() {
        StringBuilder all = new StringBuilder("\\x");
        for (int i = 0; i < 256; i++) {
            all.append(HexFormat.of().toHexDigits((byte) i));
        }
        return new String[] {"", "\\x00", "\\x5c5c27", "abc", all.toString()};
    }
}
