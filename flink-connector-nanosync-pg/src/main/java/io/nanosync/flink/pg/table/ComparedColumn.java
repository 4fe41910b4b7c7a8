package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Set;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/**
 * A column that PostgreSQL compares as Flink does: whatever Flink finds true of a value of it and a
 * literal, PostgreSQL does.
 *
 * @param column the column as it was at planning
 * @param declared its type in the Flink table
 * @param kind what kind of values it has
 */
record ComparedColumn(Column column, LogicalType declared, Kind kind) {

    /** Which values are compared, and so which literals they are compared with. */
    enum Kind {
        FLAG,
        /** Of up to 64 bits. */
        INTEGER,
        DECIMAL,
        FLOATING,
        DATE,
        TIMESTAMP,
        INSTANT,
        /** By its bytes. */
        TEXT,
        /** By the text that it prints, which is what Flink has of it. */
        PRINTED
    }

    /** Kinds of which each value has a text. */
    private static final Set<ColumnKind> ALL_TEXT =
            Set.of(
                    ColumnKind.TEXT,
                    ColumnKind.UUID,
                    ColumnKind.ARRAY,
                    ColumnKind.HSTORE,
                    ColumnKind.COMPOSITE,
                    ColumnKind.NUMERIC_TEXT);

    private static final Set<String> TEXTS = Set.of("text", "varchar");

    private static final int DOUBLE_BITS = 53;

    /** Up to this power they are doubles. */
    private static final int EXACT_POWERS_OF_TEN = 22;

    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    /**
     * Null for a column whose values Flink and PostgreSQL may compare in other ways. That goes by
     * the declared type: a compiled plan is refused by Flink when a filter that was accepted isn't
     * any more, as when the column has got another type that can be declared so.
     */
    static @Nullable ComparedColumn of(RowColumn read) {
        Kind kind =
                switch (read.declared().getTypeRoot()) {
                    case BOOLEAN -> Kind.FLAG;
                    case SMALLINT, INTEGER, BIGINT -> Kind.INTEGER;
                    case FLOAT, DOUBLE -> Kind.FLOATING;
                    case DECIMAL -> Kind.DECIMAL;
                    case DATE -> Kind.DATE;
                    case TIMESTAMP_WITHOUT_TIME_ZONE -> Kind.TIMESTAMP;
                    case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> Kind.INSTANT;
                    case VARCHAR -> isText(read.column().type()) ? Kind.TEXT : Kind.PRINTED;
                    default -> null;
                };
        return kind == null ? null : new ComparedColumn(read.column(), read.declared(), kind);
    }

    private static boolean isText(PgType type) {
        return (type.kind() == PgType.Kind.DOMAIN && type.element() != null)
                ? isText(type.element())
                : TEXTS.contains(type.name());
    }

    boolean isFlag() {
        return kind == Kind.FLAG;
    }

    /** Whether each value is one of the declared type. */
    boolean alwaysFits() {
        return switch (kind) {
            case FLAG, INTEGER, FLOATING -> true;
            case DECIMAL, DATE, TIMESTAMP, INSTANT -> false;
            case TEXT, PRINTED ->
                    ((VarCharType) declared).getLength() == VarCharType.MAX_LENGTH
                            && ALL_TEXT.contains(ColumnKind.of(column));
        };
    }

    /** Whether it has a value: a composite one whose fields are all null is one. */
    String nullCheck(boolean isNull) {
        return name() + (isNull ? " IS NOT DISTINCT FROM NULL" : " IS DISTINCT FROM NULL");
    }

    private String name() {
        return QualifiedName.quote(column.name());
    }

    /** What is compared. */
    String sql() {
        return switch (kind) {
            case FLAG, FLOATING, DATE, TIMESTAMP, INSTANT -> name();
            case INTEGER ->
                    name() + (ColumnKind.of(column) == ColumnKind.OID ? "::pg_catalog.int8" : "");
            case DECIMAL ->
                    name()
                            + (ColumnKind.of(column) == ColumnKind.MONEY
                                    ? "::pg_catalog.numeric"
                                    : "");
            case TEXT -> byItsBytes(name());
            // By the type's output function, since a cast might find another one. Null prints as
            // nothing, and so may be found where it isn't meant.
            case PRINTED -> byItsBytes("pg_catalog.format('%s', " + name() + ")");
        };
    }

    /** Other collations may take different texts for the same; what is printed has the column's. */
    private static String byItsBytes(String text) {
        return text + " COLLATE pg_catalog.\"C\"";
    }

    /** A literal in SQL that the column can be compared with; null for another one. */
    @Nullable String literal(Comparison comparison, Object value) {
        return switch (kind) {
            case FLAG ->
                    value instanceof Boolean flag && !comparison.isOfOrder()
                            ? flag.toString()
                            : null;
            case INTEGER, DECIMAL -> exact(value);
            case FLOATING -> floating(value);
            case DATE ->
                    value instanceof LocalDate date && isCommon(date) ? typed(date, "date") : null;
            case TIMESTAMP ->
                    value instanceof LocalDateTime time ? moment(time, "", "timestamp") : null;
            case INSTANT ->
                    value instanceof Instant instant
                            ? moment(
                                    LocalDateTime.ofInstant(instant, ZoneOffset.UTC),
                                    "+00",
                                    "timestamptz")
                            : null;
            case TEXT, PRINTED ->
                    value instanceof String text && !comparison.isOfOrder() && isAscii(text)
                            ? "'" + text.replace("'", "''") + "'"
                            : null;
        };
    }

    private static @Nullable String exact(Object value) {
        if (value instanceof Byte
                || value instanceof Short
                || value instanceof Integer
                || value instanceof Long) {
            return typed(value, "int8");
        }
        if (!(value instanceof BigDecimal decimal)) {
            return null;
        }
        BigInteger whole = decimal.scale() <= 0 ? decimal.toBigInteger() : null;
        return whole != null && whole.bitLength() < Long.SIZE
                ? typed(whole, "int8")
                : typed(decimal.toPlainString(), "numeric");
    }

    private static @Nullable String floating(Object value) {
        if (value instanceof Float number && Float.isFinite(number)) {
            return typed(number, "float4");
        }
        if (value instanceof Double number && Double.isFinite(number)) {
            return typed(number, "float8");
        }
        return value instanceof BigDecimal number && isDouble(number)
                ? typed(number.doubleValue(), "float8")
                : null;
    }

    /**
     * Whether Flink compares by the same double: with more digits it may come to one beside it. A
     * decimal zero is above the negative zero for it, as it isn't in PostgreSQL.
     */
    private static boolean isDouble(BigDecimal number) {
        return number.signum() != 0
                && number.unscaledValue().bitLength() <= DOUBLE_BITS
                && number.scale() >= 0
                && number.scale() <= EXACT_POWERS_OF_TEN;
    }

    /** A finer one would be rounded. */
    private static @Nullable String moment(LocalDateTime time, String zone, String type) {
        return isCommon(time.toLocalDate()) && time.truncatedTo(ChronoUnit.MICROS).equals(time)
                ? typed(MOMENT.format(time) + zone, type)
                : null;
    }

    /** Others are written in other ways. */
    private static boolean isCommon(LocalDate date) {
        return date.getYear() >= 1 && date.getYear() <= 9999;
    }

    /** Other texts may have no form in the database's encoding, which would be an error. */
    private static boolean isAscii(String text) {
        return text.chars().allMatch(letter -> letter > 0 && letter < 128);
    }

    private static String typed(Object value, String type) {
        return "'" + value + "'::pg_catalog." + type;
    }
}
