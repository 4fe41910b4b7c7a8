package io.nanosync.flink.pg.columnar.decoder;

import java.nio.ByteBuffer;

/** Reads integers from their decimal text. */
final class IntegerParser {

    /** As many digits never leave a long. */
    private static final int SAFE_DIGITS = 18;

    private final TextCursor cursor;
    private final long min;
    private final long max;

    /** A reader of integers from {@code min} to {@code max}. */
    IntegerParser(String type, long min, long max) {
        this.cursor = new TextCursor(type, "an integer from " + min + " to " + max);
        this.min = min;
        this.max = max;
    }

    long parse(ByteBuffer buffer, int offset, int length) {
        cursor.over(buffer, offset, length);
        boolean negative = cursor.accept('-');
        // Negative numbers reach one further than positive ones.
        long value = -cursor.digit();
        for (int digits = 2; cursor.remaining() > 0; digits++) {
            int digit = cursor.digit();
            if (digits > SAFE_DIGITS && value < (Long.MIN_VALUE + digit) / 10) {
                throw cursor.malformed();
            }
            value = value * 10 - digit;
        }
        if (!negative) {
            if (value == Long.MIN_VALUE) {
                throw cursor.malformed();
            }
            value = -value;
        }
        if (value < min || value > max) {
            throw cursor.malformed();
        }
        return value;
    }
}
