package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.decoder.text.CivilDate;

/** Reads the parts of dates and times as {@code DateStyle=ISO} prints them. */
final class DateParser {

    static final long MICROS_PER_DAY = 86_400_000_000L;

    /** Beyond every year that PostgreSQL has. */
    private static final long YEAR_LIMIT = 6_000_000;

    private final TextCursor cursor;
    private long year;
    private int month;
    private int day;

    DateParser(TextCursor cursor) {
        this.cursor = cursor;
    }

    /** Takes {@code YYYY-MM-DD}; the year may have more digits. */
    void date() {
        year = cursor.number();
        cursor.expect('-');
        month = cursor.twoDigits();
        cursor.expect('-');
        day = cursor.twoDigits();
    }

    /** Takes the rest, nothing or {@code BC}, and gives the date's days since 1970-01-01. */
    long endOfDate() {
        long civilYear = cursor.acceptRest(" BC") ? 1 - year : year;
        cursor.expectEnd();
        if (year > YEAR_LIMIT || year < 1 || !CivilDate.isValid(civilYear, month, day)) {
            throw cursor.malformed();
        }
        return CivilDate.epochDays(civilYear, month, day);
    }

    /** Takes {@code HH:MM:SS[.ffffff]}: microseconds of the day, 24:00:00 included. */
    long time() {
        long hours = cursor.twoDigits();
        cursor.expect(':');
        int minutes = cursor.twoDigits();
        cursor.expect(':');
        int seconds = cursor.twoDigits();
        long micros = (hours * 3600 + minutes * 60L + seconds) * 1_000_000 + cursor.micros();
        if (minutes > 59 || seconds > 59 || micros > MICROS_PER_DAY) {
            throw cursor.malformed();
        }
        return micros;
    }

    /** Takes {@code +HH[:MM[:SS]]}: seconds east of UTC. */
    int offsetSeconds() {
        int sign = cursor.accept('-') ? -1 : 1;
        if (sign > 0) {
            cursor.expect('+');
        }
        int seconds = cursor.twoDigits() * 3600;
        if (cursor.accept(':')) {
            seconds += cursor.twoDigits() * 60;
            if (cursor.accept(':')) {
                seconds += cursor.twoDigits();
            }
        }
        return sign * seconds;
    }
}
