package io.nanosync.flink.jobs.demo.replay;

import static java.time.temporal.ChronoField.DAY_OF_MONTH;
import static java.time.temporal.ChronoField.ERA;
import static java.time.temporal.ChronoField.HOUR_OF_DAY;
import static java.time.temporal.ChronoField.MICRO_OF_SECOND;
import static java.time.temporal.ChronoField.MINUTE_OF_HOUR;
import static java.time.temporal.ChronoField.MONTH_OF_YEAR;
import static java.time.temporal.ChronoField.SECOND_OF_MINUTE;
import static java.time.temporal.ChronoField.YEAR_OF_ERA;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.format.TextStyle;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;

/** Writes the values of Arrow vectors so that PostgreSQL's input functions understand them. */
final class InputText {

    private static final long MICROS_PER_SECOND = TimeUnit.SECONDS.toMicros(1);

    private static final DateTimeFormatter DAY =
            new DateTimeFormatterBuilder()
                    .appendValue(YEAR_OF_ERA, 4, 9, SignStyle.NEVER)
                    .appendLiteral('-')
                    .appendValue(MONTH_OF_YEAR, 2)
                    .appendLiteral('-')
                    .appendValue(DAY_OF_MONTH, 2)
                    .toFormatter(Locale.ENGLISH);

    private static final DateTimeFormatter DATE =
            new DateTimeFormatterBuilder()
                    .append(DAY)
                    .appendLiteral(' ')
                    .appendText(ERA, TextStyle.SHORT)
                    .toFormatter(Locale.ENGLISH);

    /** In UTC: a column without a zone ignores the offset. */
    private static final DateTimeFormatter TIMESTAMP =
            new DateTimeFormatterBuilder()
                    .append(DAY)
                    .appendLiteral(' ')
                    .appendValue(HOUR_OF_DAY, 2)
                    .appendLiteral(':')
                    .appendValue(MINUTE_OF_HOUR, 2)
                    .appendLiteral(':')
                    .appendValue(SECOND_OF_MINUTE, 2)
                    .appendFraction(MICRO_OF_SECOND, 6, 6, true)
                    .appendLiteral("+00 ")
                    .appendText(ERA, TextStyle.SHORT)
                    .toFormatter(Locale.ENGLISH);

    private InputText() {}

    /** One value that isn't null. */
    static String of(FieldVector vector, int row) {
        if (vector instanceof VarCharVector texts) {
            return new String(texts.get(row), StandardCharsets.UTF_8);
        } else if (vector instanceof UInt4Vector numbers) {
            return Integer.toUnsignedString(numbers.get(row));
        } else if (vector instanceof BaseIntVector numbers) {
            return Long.toString(numbers.getValueAsLong(row));
        } else if (vector instanceof BitVector bits) {
            return bits.get(row) == 1 ? "t" : "f";
        } else if (vector instanceof TimeStampVector stamps) {
            return timestamp(stamps.get(row));
        } else if (vector instanceof DateDayVector days) {
            return date(days.get(row));
        } else if (vector instanceof TimeMicroVector times) {
            return time(times.get(row));
        } else if (vector instanceof VarBinaryVector bytes) {
            return "\\x" + HexFormat.of().formatHex(bytes.get(row));
        } else if (vector instanceof FixedSizeBinaryVector uuids) {
            return HexFormat.of().formatHex(uuids.get(row));
        }
        // Floating point and decimal: Java's text is PostgreSQL's too.
        return String.valueOf(vector.getObject(row));
    }

    private static String date(int days) {
        return switch (days) {
            case Integer.MAX_VALUE -> "infinity";
            case Integer.MIN_VALUE -> "-infinity";
            default -> DATE.format(LocalDate.ofEpochDay(days));
        };
    }

    private static String timestamp(long micros) {
        if (micros == Long.MAX_VALUE) {
            return "infinity";
        } else if (micros == Long.MIN_VALUE) {
            return "-infinity";
        }
        return TIMESTAMP.format(
                LocalDateTime.ofEpochSecond(
                        Math.floorDiv(micros, MICROS_PER_SECOND),
                        (int)
                                TimeUnit.MICROSECONDS.toNanos(
                                        Math.floorMod(micros, MICROS_PER_SECOND)),
                        ZoneOffset.UTC));
    }

    /** {@code 24:00:00} is a time of day too. */
    private static String time(long microsOfDay) {
        long seconds = microsOfDay / MICROS_PER_SECOND;
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d.%06d",
                seconds / 3600,
                seconds / 60 % 60,
                seconds % 60,
                microsOfDay % MICROS_PER_SECOND);
    }
}
