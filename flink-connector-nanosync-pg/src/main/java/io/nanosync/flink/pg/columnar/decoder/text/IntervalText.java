package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * {@code interval}: 8 bytes of microseconds, 4 of days, 4 of months; as {@code
 * IntervalStyle=postgres} prints them: {@code 1 year -2 mons +3 days 04:05:06.7}. All three at
 * their limits mean {@code infinity} and {@code -infinity}, as from PostgreSQL 17 on.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/datetime.c}, {@code EncodeInterval}.
 */
final class IntervalText extends TextForm {

    private boolean empty;
    private boolean afterNegative;

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        Malformed.checkLength("interval", 16, length);
        long micros = buffer.getLong(offset);
        int days = buffer.getInt(offset + 8);
        int months = buffer.getInt(offset + 12);
        if (micros == Long.MAX_VALUE && days == Integer.MAX_VALUE && months == Integer.MAX_VALUE) {
            out.ascii("infinity");
        } else if (micros == Long.MIN_VALUE
                && days == Integer.MIN_VALUE
                && months == Integer.MIN_VALUE) {
            out.ascii("-infinity");
        } else {
            finite(months, days, micros, out);
        }
    }

    private void finite(int months, int days, long micros, TextBuffer out) {
        empty = true;
        afterNegative = false;
        part(months / 12, "year", out);
        part(months % 12, "mon", out);
        part(days, "day", out);
        if (empty || micros != 0) {
            if (!empty) {
                out.put(' ');
            }
            if (micros < 0) {
                out.put('-');
            } else if (afterNegative) {
                out.put('+');
            }
            time(micros, out);
        }
    }

    /** A plus sign stands only right after a negative part. */
    private void part(int value, String unit, TextBuffer out) {
        if (value == 0) {
            return;
        }
        if (!empty) {
            out.put(' ');
        }
        if (afterNegative && value > 0) {
            out.put('+');
        }
        out.number(value);
        out.put(' ');
        out.ascii(unit);
        if (value != 1) {
            out.put('s');
        }
        empty = false;
        afterNegative = value < 0;
    }

    private static void time(long micros, TextBuffer out) {
        if (micros == Long.MIN_VALUE) {
            // The one number whose absolute value isn't a long.
            out.ascii("2562047788:00:54.775808");
        } else {
            DateTimeWriter.time(Math.abs(micros), out);
        }
    }
}
