package io.nanosync.flink.pg.table.random;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.IntFunction;

/** A type of PostgreSQL: its values, and the types of Flink it is declared with. */
enum ColumnType {
    SMALLINT(
            "smallint",
            i -> String.valueOf(i * 3 - 20),
            as("SMALLINT", Kind.INTEGER, "%s"),
            as("INT", Kind.INTEGER, "%s::int"),
            as("BIGINT", Kind.INTEGER, "%s::bigint")),
    INTEGER(
            "integer",
            i -> String.valueOf(i * 7 - 30),
            as("INT", Kind.INTEGER, "%s"),
            as("BIGINT", Kind.INTEGER, "%s::bigint")),
    BIGINT("bigint", i -> String.valueOf(i * 5 - 10), as("BIGINT", Kind.INTEGER, "%s")),
    NUMERIC(
            "numeric(10,2)",
            i -> BigDecimal.valueOf(i * 125L - 300, 2).toPlainString(),
            as("DECIMAL(10, 2)", Kind.NUMBER, "%s"),
            as("DECIMAL(14, 3)", Kind.NUMBER, "%s::numeric(14,3)"),
            as("STRING", Kind.TEXT, "%s::text")),
    /** Each number in two spellings. */
    ANY_NUMERIC(
            "numeric",
            i -> BigDecimal.valueOf(i / 2).setScale(1 + i % 2).toPlainString(),
            as("STRING", Kind.TEXT, "%s::text"),
            as("DECIMAL(20, 4)", Kind.NUMBER, "%s")),
    REAL(
            "real",
            i -> String.valueOf(i * 0.5),
            as("FLOAT", Kind.NUMBER, "%s"),
            as("DOUBLE", Kind.NUMBER, "%s::float8")),
    DOUBLE("double precision", i -> String.valueOf(i * 0.25), as("DOUBLE", Kind.NUMBER, "%s")),
    TEXT(
            "text",
            i -> i == 0 ? "" : (i % 3 == 0 ? "ß" : "v") + i,
            as("STRING", Kind.TEXT, "%s"),
            as("VARCHAR(10)", Kind.TEXT, "%s")),
    CHAR(
            "char(4)",
            i -> String.format("%-4s", "h" + i),
            as("STRING", Kind.TEXT, "rpad(%s::text, 4)"),
            as("CHAR(4)", Kind.TEXT, "rpad(%s::text, 4)")),
    CITEXT("citext", i -> (i % 2 == 0 ? "c" : "C") + i / 2, as("STRING", Kind.TEXT, "%s::text")),
    UUID(
            "uuid",
            i -> String.format("a0eebc99-9c0b-4ef8-bb6d-%012d", i),
            as("STRING", Kind.TEXT, "%s::text"),
            as("CHAR(36)", Kind.TEXT, "%s::text")),
    BOOLEAN("boolean", i -> i % 2 == 0 ? "TRUE" : "FALSE", as("BOOLEAN", Kind.BOOLEAN, "%s")),
    DATE("date", i -> String.format("2026-01-%02d", 1 + i % 31), as("DATE", Kind.DATE, "%s")),
    TIME("time", i -> String.format("10:%02d:00", i % 60), as("STRING", Kind.TEXT, "%s::text")),
    TIMESTAMP(
            "timestamp",
            i -> String.format("2026-01-02 03:%02d:00", i % 60),
            as("TIMESTAMP(6)", Kind.TIMESTAMP, "%s"),
            as("TIMESTAMP(3)", Kind.TIMESTAMP, "%s"),
            as("TIMESTAMP(0)", Kind.TIMESTAMP, "%s")),
    TIMESTAMPTZ(
            "timestamptz",
            i -> String.format("2026-01-02 03:%02d:00.123+00", i % 60),
            as("TIMESTAMP_LTZ(6)", Kind.INSTANT, "%s"),
            as("TIMESTAMP_LTZ(3)", Kind.INSTANT, "%s")),
    JSON("jsonb", i -> "{\"a\": " + i + "}", as("STRING", Kind.TEXT, "%s::text")),
    BYTES("bytea", i -> String.format("\\x%04x", i), as("BYTES", Kind.BYTES, "%s")),
    /** So large that PostgreSQL keeps it apart. */
    LARGE("text", i -> ("l" + i).repeat(i % 3 == 0 ? 1 : 2000), as("STRING", Kind.TEXT, "%s"));

    /** Types of which a key may be. */
    static final List<ColumnType> OF_KEYS =
            List.of(
                    INTEGER,
                    INTEGER,
                    BIGINT,
                    SMALLINT,
                    TEXT,
                    UUID,
                    DATE,
                    NUMERIC,
                    ANY_NUMERIC,
                    CITEXT,
                    TIMESTAMP,
                    CHAR);

    private final String postgres;
    private final IntFunction<String> values;
    private final List<Reading> readings;

    ColumnType(String postgres, IntFunction<String> values, Reading... readings) {
        this.postgres = postgres;
        this.values = values;
        this.readings = List.of(readings);
    }

    /**
     * A type of Flink.
     *
     * @param view what PostgreSQL makes of the column to have the same values
     */
    record Reading(String flink, Kind kind, String view) {}

    private static Reading as(String flink, Kind kind, String view) {
        return new Reading(flink, kind, view);
    }

    String postgres() {
        return postgres;
    }

    /** One value of many; that of each number below 30 is another. */
    String value(int number) {
        return values.apply(number);
    }

    /** The one that fits best comes first. */
    List<Reading> readings() {
        return readings;
    }
}
