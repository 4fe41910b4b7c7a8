package io.nanosync.flink.pg.columnar.decoder.text;

/**
 * Writes dates and times as {@code DateStyle=ISO} prints them.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/datetime.c}, {@code EncodeDateOnly}, {@code
 * EncodeDateTime}.
 */
final class DateTimeWriter {

    static final long MICROS_PER_SECOND = 1_000_000;
    static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

    private DateTimeWriter() {}

    /** {@code YYYY-MM-DD}, the year with at least four digits and without its era. */
    static void date(long packed, TextBuffer out) {
        long year = CivilDate.year(packed);
        long shown = year > 0 ? year : 1 - year;
        if (shown < 10_000) {
            out.padded(shown, 4);
        } else {
            out.number(shown);
        }
        out.put('-');
        out.padded(CivilDate.month(packed), 2);
        out.put('-');
        out.padded(CivilDate.day(packed), 2);
    }

    /** {@code BC} where it is due. */
    static void era(long packed, TextBuffer out) {
        if (CivilDate.year(packed) <= 0) {
            out.ascii(" BC");
        }
    }

    /** {@code HH:MM:SS[.ffffff]} of microseconds that aren't negative. */
    static void time(long micros, TextBuffer out) {
        long seconds = micros / MICROS_PER_SECOND;
        long hours = seconds / 3600;
        if (hours < 100) {
            out.padded(hours, 2);
        } else {
            out.number(hours);
        }
        out.put(':');
        out.padded(seconds / 60 % 60, 2);
        out.put(':');
        out.padded(seconds % 60, 2);
        out.fraction((int) (micros % MICROS_PER_SECOND));
    }
}
