package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * {@code numeric} in decimal with the digits after the point that the value itself asks for; {@code
 * NaN}, {@code Infinity}, {@code -Infinity}.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/numeric.c}, {@code get_str_from_var}.
 */
final class NumericText extends TextForm {

    private static final int DIGITS_PER_GROUP = 4;
    private static final int[] POWERS_OF_10 = {1, 10, 100, 1000};

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        int digits = NumericWire.digits(buffer, offset, length);
        switch (NumericWire.sign(buffer, offset)) {
            case NumericWire.NAN -> out.ascii("NaN");
            case NumericWire.INFINITY -> out.ascii("Infinity");
            case NumericWire.NEGATIVE_INFINITY -> out.ascii("-Infinity");
            case NumericWire.NEGATIVE -> {
                out.put('-');
                finite(buffer, offset, digits, out);
            }
            default -> finite(buffer, offset, digits, out);
        }
    }

    private static void finite(ByteBuffer buffer, int offset, int digits, TextBuffer out) {
        int weight = NumericWire.weight(buffer, offset);
        if (weight < 0) {
            out.put('0');
        }
        for (int i = 0; i <= weight; i++) {
            int group = i < digits ? NumericWire.digit(buffer, offset, i) : 0;
            if (i == 0) {
                out.number(group);
            } else {
                out.padded(group, DIGITS_PER_GROUP);
            }
        }
        int scale = NumericWire.displayScale(buffer, offset);
        if (scale > 0) {
            out.put('.');
        }
        int index = weight + 1;
        for (int left = scale; left > 0; left -= DIGITS_PER_GROUP, index++) {
            int group = index >= 0 && index < digits ? NumericWire.digit(buffer, offset, index) : 0;
            int shown = Math.min(left, DIGITS_PER_GROUP);
            if (shown == DIGITS_PER_GROUP) {
                out.padded(group, DIGITS_PER_GROUP);
            } else {
                out.padded(group / POWERS_OF_10[DIGITS_PER_GROUP - shown], shown);
            }
        }
    }
}
