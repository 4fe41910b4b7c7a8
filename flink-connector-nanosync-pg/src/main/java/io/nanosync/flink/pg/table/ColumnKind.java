package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.decoder.TypeMapping;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
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
    ARRAY(
            "arrays",
            "STRING",
            "ARRAY of a type that the elements can have; of several dimensions ARRAY of ARRAY",
            (column, declared) ->
                    declared instanceof ArrayType
                            ? ArrayConverter.of(column, declared)
                            : TextConverters.text(declared)),
    HSTORE(
            "hstore",
            "STRING",
            "MAP<STRING, STRING>",
            declared ->
                    declared instanceof MapType
                            ? HstoreConverter.of(declared)
                            : TextConverters.text(declared)),
    COMPOSITE(
            "composite types",
            "STRING",
            "ROW of their attributes by name, in any order, each as a type that it can have",
            (column, declared) ->
                    declared instanceof RowType row
                            ? RowConverter.of(column, row)
                            : TextConverters.text(declared)),
    TEXT(
            "text, varchar, char, json, enums and every other type, as PostgreSQL prints it",
            "STRING",
            "VARCHAR(n), CHAR(n)",
            TextConverters::text);

    private final String postgres;
    private final String fitting;
    private final String also;
    private final BiFunction<Column, LogicalType, @Nullable ValueConverter> choice;

    ColumnKind(
            String postgres,
            String fitting,
            String also,
            Function<LogicalType, @Nullable ValueConverter> choice) {
        this(postgres, fitting, also, (column, declared) -> choice.apply(declared));
    }

    ColumnKind(
            String postgres,
            String fitting,
            String also,
            BiFunction<Column, LogicalType, @Nullable ValueConverter> choice) {
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
            case Decimal -> base(column).type().name().equals("money") ? MONEY : NUMERIC;
            case Binary -> BYTEA;
            case Date -> DATE;
            case Time -> TIME;
            case Timestamp ->
                    ((ArrowType.Timestamp) arrow).getTimezone() == null ? TIMESTAMP : TIMESTAMPTZ;
            case FixedSizeBinary -> UUID;
            case Utf8 -> text(base(column).type());
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

    private static ColumnKind text(PgType type) {
        if (type.kind() == PgType.Kind.ARRAY) {
            return type.isVector() ? TEXT : ARRAY;
        }
        if (type.kind() == PgType.Kind.COMPOSITE) {
            return COMPOSITE;
        }
        if (type.name().equals("numeric")) {
            return NUMERIC_TEXT;
        }
        return type.kind() == PgType.Kind.BASE && type.nameWithoutSchema().equals("hstore")
                ? HSTORE
                : TEXT;
    }

    /** The column as one of its domain's base type. */
    private static Column base(Column column) {
        PgType type = column.type();
        return type.kind() == PgType.Kind.DOMAIN && type.element() != null
                ? base(column.withType(type.element(), type.baseTypmod()))
                : column;
    }

    /** The Arrow type in which a captured column arrives. */
    static ArrowType arrow(Column column) {
        return TypeMapping.of(column.type(), column.typmod()).arrow();
    }

    /**
     * How a column's values become the declared type; null when that is none for them. Made for one
     * thread.
     */
    static @Nullable ValueConverter converter(Column column, LogicalType declared) {
        return of(column).choice.apply(base(column), declared);
    }

    /** Whether the values come as text that is read by the rules of their type. */
    boolean isParsed() {
        return this == NUMERIC_TEXT || this == ARRAY || this == HSTORE || this == COMPOSITE;
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

    /** What can be declared for the column, for messages. */
    static String expected(Column column) {
        ColumnKind kind = of(column);
        return switch (kind) {
            case ARRAY -> "STRING, or ARRAY<" + elementOf(column) + ">";
            case HSTORE -> "STRING, or " + kind.also;
            case COMPOSITE -> "STRING, or " + RowConverter.fitting(base(column));
            default -> kind.fitting(column);
        };
    }

    private static String elementOf(Column column) {
        Column element = ArrayConverter.elements(base(column));
        return of(element) == COMPOSITE
                ? RowConverter.fitting(base(element))
                : of(element).fitting(element);
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
