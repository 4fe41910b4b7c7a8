package io.nanosync.flink.pg.columnar.decoder;

import java.nio.ByteBuffer;

/** Finds the parts of a {@code numeric} in its text. Reused, so that nothing is made. */
final class NumericParser {

    private final TextCursor cursor = new TextCursor("numeric", "a decimal number");
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private boolean negative;
    private int integerStart;
    private int point;
    private int end;

    /** Takes a value apart; false when it is NaN or an infinity. */
    boolean parse(ByteBuffer source, int offset, int length) {
        cursor.over(source, offset, length);
        if (cursor.acceptRest("NaN")
                || cursor.acceptRest("Infinity")
                || cursor.acceptRest("-Infinity")) {
            return false;
        }
        buffer = source;
        negative = cursor.accept('-');
        integerStart = offset + length - cursor.remaining();
        skipDigits();
        end = offset + length;
        point = end - cursor.remaining();
        if (cursor.accept('.')) {
            skipDigits();
        }
        cursor.expectEnd();
        while (integerStart < point && buffer.get(integerStart) == '0') {
            integerStart++;
        }
        return true;
    }

    private void skipDigits() {
        cursor.digit();
        while (cursor.atDigit()) {
            cursor.digit();
        }
    }

    boolean negative() {
        return negative;
    }

    /** Digits before the point without leading zeros. */
    int integerDigits() {
        return point - integerStart;
    }

    /** Digits after the point without trailing zeros. */
    int significantScale() {
        int last = end;
        while (last > point + 1 && buffer.get(last - 1) == '0') {
            last--;
        }
        return Math.max(0, last - point - 1);
    }

    /** A digit, counted from the first before the point; 0 beyond the last. */
    int digit(int index) {
        int at = integerStart + index;
        if (at >= point) {
            at++;
        }
        return at < end ? buffer.get(at) - '0' : 0;
    }
}
