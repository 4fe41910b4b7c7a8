package io.nanosync.flink.pg.testing.verify;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;

/**
 * The values of Arrow vectors as PostgreSQL prints them with {@code DateStyle = ISO} and {@code
 * TimeZone = UTC}. Reads by Arrow's own classes, not by ours.
 */
final class ArrowText {

    private static final int SECONDS_PER_DAY = 86_400;
    private static final int MICROS_PER_SECOND = 1_000_000;

    private ArrowText() {}

    /** One value that isn't null. */
    static String of(FieldVector vector, int row) {
        if (vector instanceof VarCharVector texts) {
            return new String(texts.get(row), StandardCharsets.UTF_8);
        } else if (vector instanceof BigIntVector numbers) {
            return Long.toString(numbers.get(row));
        } else if (vector instanceof IntVector numbers) {
            return Integer.toString(numbers.get(row));
        } else if (vector instanceof SmallIntVector numbers) {
            return Short.toString(numbers.get(row));
        } else if (vector instanceof UInt4Vector numbers) {
            return Integer.toUnsignedString(numbers.get(row));
        } else if (vector instanceof DecimalVector decimals) {
            return decimals.getObjectNotNull(row).toPlainString();
        } else if (vector instanceof Decimal256Vector decimals) {
            return decimals.getObjectNotNull(row).toPlainString();
        } else if (vector instanceof BitVector bits) {
            return bits.get(row) == 1 ? "true" : "false";
        }
        return ofRarer(vector, row);
    }

    private static String ofRarer(FieldVector vector, int row) {
        if (vector instanceof Float4Vector floats) {
            return Float.toString(floats.get(row));
        } else if (vector instanceof Float8Vector doubles) {
            return Double.toString(doubles.get(row));
        } else if (vector instanceof TimeStampMicroTZVector stamps) {
            return timestamp(stamps.get(row), "+00");
        } else if (vector instanceof TimeStampMicroVector stamps) {
            return timestamp(stamps.get(row), "");
        } else if (vector instanceof DateDayVector days) {
            return date(days.get(row));
        } else if (vector instanceof TimeMicroVector times) {
            return time(times.get(row));
        } else if (vector instanceof VarBinaryVector bytes) {
            return "\\x" + HexFormat.of().formatHex(bytes.get(row));
        } else if (vector instanceof FixedSizeBinaryVector uuids) {
            return uuid(HexFormat.of().formatHex(uuids.get(row)));
        }
        throw new IllegalArgumentException(
                "Column "
                        + vector.getName()
                        + " has Arrow type "
                        + vector.getField().getType()
                        + ", which no PostgreSQL type maps to");
    }

    private static String uuid(String hex) {
        return hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
    }

    private static String date(int days) {
        if (days == Integer.MAX_VALUE) {
            return "infinity";
        } else if (days == Integer.MIN_VALUE) {
            return "-infinity";
        }
        LocalDate date = LocalDate.ofEpochDay(days);
        return day(date) + era(date);
    }

    private static String timestamp(long micros, String zone) {
        if (micros == Long.MAX_VALUE) {
            return "infinity";
        } else if (micros == Long.MIN_VALUE) {
            return "-infinity";
        }
        LocalDateTime stamp =
                LocalDateTime.ofEpochSecond(
                        Math.floorDiv(micros, MICROS_PER_SECOND), 0, ZoneOffset.UTC);
        long microsOfDay = Math.floorMod(micros, (long) SECONDS_PER_DAY * MICROS_PER_SECOND);
        LocalDate date = stamp.toLocalDate();
        return day(date) + " " + time(microsOfDay) + zone + era(date);
    }

    private static String day(LocalDate date) {
        int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
        return String.format(
                Locale.ROOT, "%04d-%02d-%02d", year, date.getMonthValue(), date.getDayOfMonth());
    }

    private static String era(LocalDate date) {
        return date.getYear() > 0 ? "" : " BC";
    }

    private static String time(long microsOfDay) {
        long seconds = microsOfDay / MICROS_PER_SECOND;
        String text =
                String.format(
                        Locale.ROOT,
                        "%02d:%02d:%02d",
                        seconds / 3600,
                        seconds / 60 % 60,
                        seconds % 60);
        long fraction = microsOfDay % MICROS_PER_SECOND;
        if (fraction == 0) {
            return text;
        }
        return text + String.format(Locale.ROOT, ".%06d", fraction).replaceFirst("0+$", "");
    }
}
