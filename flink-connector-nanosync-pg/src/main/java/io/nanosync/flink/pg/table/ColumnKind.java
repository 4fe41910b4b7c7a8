package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.decoder.TypeMapping;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import java.util.function.Function;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * The type table between PostgreSQL and Flink SQL: what kind of column there is, which declared
 * types it can be handed to, and which fits best.
 */
enum ColumnKind {
    BOOLEAN("boolean", "BOOLEAN", "", NumberConverters::bool),
    INT2("smallint", "SMALLINT", "INT, BIGINT", NumberConverters::int2),
    INT4("integer", "INT", "BIGINT", NumberConverters::int4),
    INT8("bigint", "BIGINT", "", NumberConverters::int8),
    OID("oid", "BIGINT", "", NumberConverters::oid),
    FLOAT4("real", "FLOAT", "DOUBLE", NumberConverters::float4),
    FLOAT8("double precision", "DOUBLE", "", NumberConverters::float8),
    NUMERIC(
            "numeric(p,s)",
            "DECIMAL(p, s)",
            "DECIMAL of other precision and scale, STRING",
            ColumnKind::numeric),
    NUMERIC_TEXT(
            "numeric without precision",
            "STRING",
            "DECIMAL of any precision and scale",
            ColumnKind::numericText),
    MONEY(
            "money",
            "DECIMAL(19, 2)",
            "DECIMAL of other precision and scale",
            NumberConverters::decimal),
    BYTEA("bytea", "BYTES", "VARBINARY(n)", TextConverters::bytes),
    DATE("date", "DATE", "", TimeConverters::date),
    TIME(
            "time",
            "STRING",
            "TIME, for whole seconds: Flink SQL ignores its precision",
            TimeConverters::time),
    TIMESTAMP("timestamp", "TIMESTAMP(6)", "TIMESTAMP(0) to (9)", TimeConverters::timestamp),
    TIMESTAMPTZ(
            "timestamptz",
            "TIMESTAMP_LTZ(6)",
            "TIMESTAMP_LTZ(0) to (9)",
            TimeConverters::timestamptz),
    UUID("uuid", "STRING", "VARCHAR(n) from 36 on, CHAR(36)", TextConverters::uuid),
    TEXT(
            "text, varchar, char, json, enums and every other type, as PostgreSQL prints it",
            "STRING",
            "VARCHAR(n), CHAR(n)",
            TextConverters::text);

    private final String postgres;
    private final String fitting;
    private final String also;
    private final Function<LogicalType, @Nullable ValueConverter> choice;

    ColumnKind(
            String postgres,
            String fitting,
            String also,
            Function<LogicalType, @Nullable ValueConverter> choice) {
        this.postgres = postgres;
        this.fitting = fitting;
        this.also = also;
        this.choice = choice;
    }

    /** The kind of a captured column; domains are as their base type. */
    static ColumnKind of(Column column) {
        ArrowType arrow = arrow(column);
        return switch (arrow.getTypeID()) {
            case Bool -> BOOLEAN;
            case Int -> integer((ArrowType.Int) arrow);
            case FloatingPoint ->
                    ((ArrowType.FloatingPoint) arrow).getPrecision()
                                    == FloatingPointPrecision.SINGLE
                            ? FLOAT4
                            : FLOAT8;
            case Decimal -> base(column.type()).name().equals("money") ? MONEY : NUMERIC;
            case Binary -> BYTEA;
            case Date -> DATE;
            case Time -> TIME;
            case Timestamp ->
                    ((ArrowType.Timestamp) arrow).getTimezone() == null ? TIMESTAMP : TIMESTAMPTZ;
            case FixedSizeBinary -> UUID;
            case Utf8 -> base(column.type()).name().equals("numeric") ? NUMERIC_TEXT : TEXT;
            default ->
                    throw new IllegalStateException(
                            "Column \""
                                    + column.name()
                                    + "\" ("
                                    + column.typeText()
                                    + ") is captured as Arrow "
                                    + arrow
                                    + ", which the SQL connector doesn't know");
        };
    }

    private static ColumnKind integer(ArrowType.Int type) {
        return switch (type.getBitWidth()) {
            case 16 -> INT2;
            case 32 -> type.getIsSigned() ? INT4 : OID;
            default -> INT8;
        };
    }

    private static PgType base(PgType type) {
        PgType base = type;
        while (base.kind() == PgType.Kind.DOMAIN && base.element() != null) {
            base = base.element();
        }
        return base;
    }

    /** The Arrow type in which a captured column arrives. */
    static ArrowType arrow(Column column) {
        return TypeMapping.of(column.type(), column.typmod()).arrow();
    }

    /** How values become the declared type; null when that type is none for this kind. */
    @Nullable ValueConverter converter(LogicalType declared) {
        return choice.apply(declared);
    }

    /** What to declare for the column: the type that holds most of its values. */
    String fitting(Column column) {
        if (this != NUMERIC) {
            return fitting;
        }
        ArrowType.Decimal decimal = (ArrowType.Decimal) arrow(column);
        return decimal.getPrecision() > MAX_DECIMAL_DIGITS
                ? "STRING"
                : "DECIMAL(" + decimal.getPrecision() + ", " + decimal.getScale() + ")";
    }

    /** For the type table of the guide: type in PostgreSQL, best type, other types. */
    String documentation() {
        return "| " + postgres + " | `" + fitting + "` | " + also + " |";
    }

    private static @Nullable ValueConverter numeric(LogicalType declared) {
        ValueConverter decimal = NumberConverters.decimal(declared);
        return decimal != null ? decimal : TextConverters.decimalDigits(declared);
    }

    private static @Nullable ValueConverter numericText(LogicalType declared) {
        ValueConverter decimal = NumberConverters.decimalText(declared);
        return decimal != null || !TextConverters.isString(declared)
                ? decimal
                : TextConverters.text(declared);
    }

    /** Digits that Flink's DECIMAL holds at most. */
    private static final int MAX_DECIMAL_DIGITS = 38;
}
