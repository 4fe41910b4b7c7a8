package io.nanosync.flink.pg.table;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every type from PostgreSQL into Flink SQL, equal by snapshot and by stream. */
class TypesITCase {

    private static final String COLUMNS =
            "id INT, b BOOLEAN, i2 SMALLINT, i8 BIGINT, o BIGINT, f4 FLOAT, f8 DOUBLE, n"
                + " DECIMAL(12, 2), nd DECIMAL(30, 10), nt STRING, m DECIMAL(19, 2), by BYTES, d"
                + " DATE, t TIME, tt STRING, ts TIMESTAMP(6), tz TIMESTAMP_LTZ(6), u STRING, c"
                + " CHAR(4), v VARCHAR(5), j STRING, mood STRING, arr STRING, iv STRING, ip STRING,"
                + " r STRING, price DECIMAL(8, 2), PRIMARY KEY (id) NOT ENFORCED";

    private static final String VALUES =
            "true, -32768, 9223372036854775807, 4294967295, 0.1, 1e300, -1234567890.12,"
                + " 12345678901234567890.0123456789, 'NaN', '-92233720368547758.08', '\\xdeadbeef',"
                + " '0001-01-01', '23:59:59', '24:00:00', '9999-12-31 23:59:59.999999', '1970-01-01"
                + " 05:45:00.000001+05:45', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'ab', 'aß€',"
                + " '{\"a\": [1, null]}', 'glad', '{1,NULL,\"a b\"}', '1 mon -2 days 03:04:05.6',"
                + " '10.0.0.0/8', '[1,5)', 9.90";

    /** Each value of the first row as an element, beside null. */
    private static final String LISTS =
            "INSERT INTO lists SELECT coalesce((SELECT max(id) FROM lists), 0) + 1, "
                    + Stream.of(
                                    "b", "i2", "i8", "o", "f4", "f8", "n", "nd", "nt", "m", "by",
                                    "d", "t", "tt", "ts", "tz", "u", "c", "v", "j", "mood", "iv",
                                    "ip", "r", "price")
                            .map(column -> "ARRAY[" + column + ", NULL]")
                            .collect(joining(", "))
                    + ", ARRAY[price, NULL], ARRAY[[1, NULL, 3], [4, 5, 6]], ARRAY['', 'NULL',"
                    + " NULL, 'a \"b\" \\ {c,d}', 'ß€'], 'a=>1, \"b \\\\ \\\"\"=>NULL, c=>\"NULL\"'"
                    + " FROM types WHERE id = 1";

    private static final String LIST_COLUMNS =
            "id INT, b ARRAY<BOOLEAN>, i2 ARRAY<SMALLINT>, i8 ARRAY<BIGINT>, o ARRAY<BIGINT>, f4"
                + " ARRAY<FLOAT>, f8 ARRAY<DOUBLE>, n ARRAY<DECIMAL(12, 2)>, nd ARRAY<DECIMAL(30,"
                + " 10)>, nt ARRAY<STRING>, m ARRAY<DECIMAL(19, 2)>, `by` ARRAY<BYTES>, d"
                + " ARRAY<DATE>, t ARRAY<TIME>, tt ARRAY<STRING>, ts ARRAY<TIMESTAMP(6)>, tz"
                + " ARRAY<TIMESTAMP_LTZ(6)>, u ARRAY<STRING>, c ARRAY<CHAR(4)>, v"
                + " ARRAY<VARCHAR(5)>, j ARRAY<STRING>, mood ARRAY<STRING>, iv ARRAY<STRING>, ip"
                + " ARRAY<STRING>, r ARRAY<STRING>, price ARRAY<DECIMAL(8, 2)>, prices"
                + " ARRAY<DECIMAL(8, 2)>, grid ARRAY<ARRAY<INT>>, text ARRAY<STRING>, tags"
                + " MAP<STRING, STRING>, PRIMARY KEY (id) NOT ENFORCED";

    private static TestDatabase database;

    @BeforeAll
    static void create() {
        database = TestPostgres.shared(17).createDatabase();
        database.execute(
                "CREATE TYPE mood AS ENUM ('sad', 'glad')",
                "CREATE DOMAIN price AS numeric(8,2)",
                "CREATE TABLE types (id int PRIMARY KEY, b bool, i2 int2, i8 int8, o oid, f4"
                        + " float4, f8 float8, n numeric(12,2), nd numeric, nt numeric, m money, by"
                        + " bytea, d date, t time, tt time, ts timestamp, tz timestamptz, u uuid, c"
                        + " char(4), v varchar(5), j jsonb, mood mood, arr text[], iv interval, ip"
                        + " cidr, r int4range, price price)",
                "INSERT INTO types VALUES (1, " + VALUES + ")",
                "INSERT INTO types (id) VALUES (2)",
                "CREATE EXTENSION hstore",
                "CREATE DOMAIN prices AS numeric(8,2)[]",
                "CREATE TABLE lists (id int PRIMARY KEY, b bool[], i2 int2[], i8 int8[], o oid[],"
                    + " f4 float4[], f8 float8[], n numeric(12,2)[], nd numeric[], nt numeric[], m"
                    + " money[], by bytea[], d date[], t time[], tt time[], ts timestamp[], tz"
                    + " timestamptz[], u uuid[], c char(4)[], v varchar(5)[], j jsonb[], mood"
                    + " mood[], iv interval[], ip cidr[], r int4range[], price price[], prices"
                    + " prices, grid int[], text text[], tags hstore)",
                LISTS);
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    private static Row expected(int id) {
        return Row.of(
                id,
                true,
                Short.MIN_VALUE,
                Long.MAX_VALUE,
                4294967295L,
                0.1f,
                1e300,
                new BigDecimal("-1234567890.12"),
                new BigDecimal("12345678901234567890.0123456789"),
                "NaN",
                new BigDecimal("-92233720368547758.08"),
                new byte[] {(byte) 0xde, (byte) 0xad, (byte) 0xbe, (byte) 0xef},
                LocalDate.of(1, 1, 1),
                LocalTime.of(23, 59, 59),
                "24:00:00",
                LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000),
                Instant.parse("1970-01-01T00:00:00.000001Z"),
                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                "ab  ",
                "aß€",
                "{\"a\": [1, null]}",
                "glad",
                "{1,NULL,\"a b\"}",
                "1 mon -2 days +03:04:05.6",
                "10.0.0.0/8",
                "[1,5)",
                new BigDecimal("9.90"));
    }

    private static TableEnvironment flink(String table, String columns) {
        TableEnvironment flink = SqlSession.streaming(1);
        flink.getConfig().setLocalTimeZone(ZoneId.of("America/St_Johns"));
        flink.executeSql(
                "CREATE TABLE "
                        + table
                        + " ("
                        + columns
                        + ") WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'table-name' = 'public."
                        + table
                        + "')");
        return flink;
    }

    @Test
    void elementsArriveAsValuesOfTheirTypesDo() throws Exception {
        try (LiveQuery query = new LiveQuery(flink("lists", LIST_COLUMNS), "SELECT * FROM lists")) {
            query.awaitRows(1);
            database.execute(LISTS);
            query.awaitRows(2);
            for (Row row : query.changelog()) {
                assertThat(row).isEqualTo(expectedLists(row.getFieldAs(0)));
            }
        }
    }

    private static Row expectedLists(int id) {
        Row values = expected(1);
        List<@Nullable Object> row = new ArrayList<>();
        row.add(id);
        for (int i = 1; i < values.getArity(); i++) {
            // The array of texts is there by itself.
            if (i != 22) {
                row.add(withNull(values.getField(i)));
            }
        }
        row.add(withNull(new BigDecimal("9.90")));
        row.add(new Integer[][] {{1, null, 3}, {4, 5, 6}});
        row.add(new @Nullable String[] {"", "NULL", null, "a \"b\" \\ {c,d}", "ß€"});
        Map<String, @Nullable String> tags = new HashMap<>();
        tags.put("a", "1");
        tags.put("b \\ \"", null);
        tags.put("c", "NULL");
        row.add(tags);
        return Row.of(row.toArray());
    }

    private static Object withNull(@Nullable Object value) {
        Object[] elements =
                (Object[]) Array.newInstance(Objects.requireNonNull(value).getClass(), 2);
        elements[0] = value;
        return elements;
    }

    @Test
    void valuesArriveAsPostgresHasThem() throws Exception {
        TableEnvironment flink = flink("types", COLUMNS.replace(" by ", " `by` "));
        try (LiveQuery query = new LiveQuery(flink, "SELECT * FROM types")) {
            query.awaitRows(2);
            database.execute(
                    "INSERT INTO types VALUES (3, " + VALUES + ")",
                    "INSERT INTO types (id) VALUES (4)");
            query.awaitRows(4);
            Row nulls = new Row(27);
            List<Row> rows = query.changelog();
            rows.sort(java.util.Comparator.comparing(row -> row.<Integer>getFieldAs(0)));
            nulls.setField(0, 2);
            assertThat(rows.get(0)).isEqualTo(expected(1));
            assertThat(rows.get(1)).isEqualTo(nulls);
            nulls.setField(0, 4);
            assertThat(rows.get(2)).isEqualTo(expected(3));
            assertThat(rows.get(3)).isEqualTo(nulls);
        }
    }
}
