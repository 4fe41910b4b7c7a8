package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.RowImage;
import io.nanosync.flink.pg.relation.PgType;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Values of key columns as texts that PostgreSQL reads back to exactly the same value, in sessions
 * with our settings.
 */
final class KeyText {

    /** Their texts are names of objects, and another object may have the name by then. */
    private static final Set<String> NAMES_OF_OBJECTS =
            Set.of(
                    "regclass",
                    "regcollation",
                    "regconfig",
                    "regdatabase",
                    "regdictionary",
                    "regnamespace",
                    "regoper",
                    "regoperator",
                    "regproc",
                    "regprocedure",
                    "regrole",
                    "regtype");

    private static final long MICROS_OF_SECOND = 1_000_000;
    private static final long MICROS_OF_DAY = 86_400 * MICROS_OF_SECOND;

    /** Without the year, whose digits have no limit. */
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("-MM-dd", Locale.ROOT);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern(" HH:mm:ss.SSSSSS", Locale.ROOT);

    private KeyText() {}

    /** Whether every value of a type has such a text. */
    static boolean has(PgType type) {
        return !NAMES_OF_OBJECTS.contains(type.name())
                && (type.element() == null || has(type.element()))
                && type.attributes().stream().allMatch(attribute -> has(attribute.type()));
    }

    /** The text of the value at {@code index}, which isn't null there. */
    static String of(ColumnKind kind, RowImage row, int index) {
        return switch (kind) {
            case BOOLEAN -> row.booleanValue(index) ? "true" : "false";
            case INT2, INT4 -> Integer.toString(row.intValue(index));
            case OID -> Integer.toUnsignedString(row.intValue(index));
            case INT8 -> Long.toString(row.longValue(index));
            // As many digits as tell it from its neighbours.
            case FLOAT4 -> Float.toString(row.floatValue(index));
            case FLOAT8 -> Double.toString(row.doubleValue(index));
            case NUMERIC, MONEY -> row.decimalValue(index).toPlainString();
            case NUMERIC_TEXT, ARRAY, HSTORE, COMPOSITE, TEXT -> row.stringValue(index);
            case BYTEA -> "\\x" + HexFormat.of().formatHex(row.bytesValue(index));
            case DATE -> date(row.intValue(index));
            case TIME -> time(row.longValue(index));
            case TIMESTAMP -> timestamp(row.longValue(index), "");
            case TIMESTAMPTZ -> timestamp(row.longValue(index), "+00");
            case UUID -> uuid(row.bytesValue(index));
        };
    }

    private static String date(int days) {
        if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
            return days > 0 ? "infinity" : "-infinity";
        }
        LocalDate date = LocalDate.ofEpochDay(days);
        return year(date) + DAY.format(date) + era(date);
    }

    private static String time(long micros) {
        return micros == MICROS_OF_DAY ? "24:00:00" : TIME.format(dateTime(micros)).substring(1);
    }

    private static String timestamp(long micros, String zone) {
        if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
            return micros > 0 ? "infinity" : "-infinity";
        }
        LocalDateTime at = dateTime(micros);
        LocalDate date = at.toLocalDate();
        return year(date) + DAY.format(date) + TIME.format(at) + zone + era(date);
    }

    private static LocalDateTime dateTime(long micros) {
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, MICROS_OF_SECOND),
                (int) Math.floorMod(micros, MICROS_OF_SECOND) * 1000,
                ZoneOffset.UTC);
    }

    /** The year 0 is 1 BC. */
    private static String year(LocalDate date) {
        int year = date.getYear();
        return String.format(Locale.ROOT, "%04d", year > 0 ? year : 1 - year);
    }

    private static String era(LocalDate date) {
        return date.getYear() > 0 ? "" : " BC";
    }

    private static String uuid(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong()).toString();
    }
}
