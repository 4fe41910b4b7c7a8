package io.nanosync.flink.pg.table;

import static java.time.ZoneOffset.UTC;

import io.nanosync.flink.pg.columnar.RowImage;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Dates and times. Flink SQL's types reach from year 0000 to 9999 and have no infinity; its TIME
 * holds whole milliseconds of one day. Values beyond don't fit.
 */
final class TimeConverters {

    private static final long FIRST_DAY = LocalDate.of(0, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
    private static final long FIRST_MICROS = micros(LocalDate.of(0, 1, 1).atStartOfDay());
    private static final long END_MICROS = micros(LocalDate.of(10000, 1, 1).atStartOfDay());
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

    /** Digits of a second that Flink's TIME really holds, whatever is declared. */
    private static final int TIME_DIGITS = 3;

    private static final int MICROS_DIGITS = 6;

    private TimeConverters() {}

    /** {@code date}: days since 1970-01-01. */
    static @Nullable ValueConverter date(LogicalType declared) {
        if (!declared.is(LogicalTypeRoot.DATE)) {
            return null;
        }
        return (row, index) -> {
            int days = row.intValue(index);
            return days >= FIRST_DAY && days <= LAST_DAY ? days : null;
        };
    }

    /** {@code time}: microseconds of the day. STRING gets PostgreSQL's text, to the microsecond. */
    static @Nullable ValueConverter time(LogicalType declared) {
        if (TextConverters.isString(declared)) {
            return (row, index) -> StringData.fromString(timeText(row.longValue(index)));
        }
        if (!(declared instanceof TimeType type) || type.getPrecision() > TIME_DIGITS) {
            return null;
        }
        long unitMicros = unitMicros(type.getPrecision());
        return (row, index) -> {
            long micros = row.longValue(index);
            return micros < MICROS_PER_DAY && micros % unitMicros == 0
                    ? (int) (micros / 1000)
                    : null;
        };
    }

    /** {@code timestamp}: microseconds since 1970-01-01T00:00:00 of no zone. */
    static @Nullable ValueConverter timestamp(LogicalType declared) {
        return declared instanceof TimestampType type ? instant(type.getPrecision()) : null;
    }

    /** {@code timestamptz}: microseconds since 1970-01-01T00:00:00Z. */
    static @Nullable ValueConverter timestamptz(LogicalType declared) {
        return declared instanceof LocalZonedTimestampType type
                ? instant(type.getPrecision())
                : null;
    }

    private static ValueConverter instant(int precision) {
        long unitMicros = unitMicros(precision);
        return (RowImage row, int index) -> {
            long micros = row.longValue(index);
            return micros >= FIRST_MICROS && micros < END_MICROS && micros % unitMicros == 0
                    ? timestamp(micros)
                    : null;
        };
    }

    /** Microseconds since the epoch in Flink's internal form. */
    static TimestampData timestamp(long micros) {
        return TimestampData.fromEpochMillis(
                Math.floorDiv(micros, 1000L), (int) Math.floorMod(micros, 1000L) * 1000);
    }

    private static long unitMicros(int precision) {
        long unit = 1;
        for (int digits = precision; digits < MICROS_DIGITS; digits++) {
            unit *= 10;
        }
        return unit;
    }

    private static String timeText(long micros) {
        long seconds = micros / MICROS_PER_SECOND;
        StringBuilder text = new StringBuilder(15);
        twoDigits(text, seconds / 3600).append(':');
        twoDigits(text, seconds / 60 % 60).append(':');
        twoDigits(text, seconds % 60);
        long fraction = micros % MICROS_PER_SECOND;
        if (fraction != 0) {
            text.append('.').append(Long.toString(MICROS_PER_SECOND + fraction), 1, 7);
            while (text.charAt(text.length() - 1) == '0') {
                text.setLength(text.length() - 1);
            }
        }
        return text.toString();
    }

    private static StringBuilder twoDigits(StringBuilder text, long number) {
        return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    private static long micros(LocalDateTime time) {
        return time.toEpochSecond(UTC) * MICROS_PER_SECOND;
    }
}
