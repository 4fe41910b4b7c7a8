package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * {@code float4} and {@code float8}: shortest exact decimal, as with {@code extra_float_digits} of
 * 1 and more. Fixed point for powers of ten from -4 to below 15 ({@code float8}) or 6 ({@code
 * float4}), else with an exponent of at least two digits.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/float.c}, {@code src/common/d2s.c}, {@code
 * f2s.c}.
 */
final class FloatText extends TextForm {

    private static final int MIN_FIXED = -4;
    private static final int END_FIXED_DOUBLE = 15;
    private static final int END_FIXED_FLOAT = 6;

    private final int bytes;
    private final ShortestDecimal decimal = new ShortestDecimal();

    /** Of {@code float4} or {@code float8}, by its bytes. */
    FloatText(int bytes) {
        this.bytes = bytes;
    }

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        Malformed.checkLength(bytes == 4 ? "float4" : "float8", bytes, length);
        if (bytes == 8) {
            render(buffer.getDouble(offset), out);
            return;
        }
        float value = buffer.getFloat(offset);
        if (!special(value, out)) {
            decimal.find(value);
            print(value < 0, END_FIXED_FLOAT, out);
        }
    }

    /** Adds the text of a double. */
    void render(double value, TextBuffer out) {
        if (!special(value, out)) {
            decimal.find(value);
            print(value < 0, END_FIXED_DOUBLE, out);
        }
    }

    private static boolean special(double value, TextBuffer out) {
        if (Double.isNaN(value)) {
            out.ascii("NaN");
        } else if (Double.isInfinite(value)) {
            out.ascii(value < 0 ? "-Infinity" : "Infinity");
        } else if (value == 0) {
            out.ascii(1 / value < 0 ? "-0" : "0");
        } else {
            return false;
        }
        return true;
    }

    private void print(boolean negative, int endFixed, TextBuffer out) {
        if (negative) {
            out.put('-');
        }
        long digits = decimal.digits();
        int count = count(digits);
        int exponent = decimal.exponent() + count - 1;
        if (exponent >= endFixed || exponent < MIN_FIXED) {
            withPoint(digits, count, 1, out);
            out.put('e');
            out.put(exponent < 0 ? '-' : '+');
            int absolute = Math.abs(exponent);
            out.padded(absolute, absolute < 100 ? 2 : 3);
        } else if (exponent < 0) {
            out.ascii("0.");
            out.padded(0, -exponent - 1);
            out.padded(digits, count);
        } else if (exponent + 1 < count) {
            withPoint(digits, count, exponent + 1, out);
        } else {
            out.padded(digits, count);
            out.padded(0, exponent + 1 - count);
        }
    }

    private static void withPoint(long digits, int count, int beforePoint, TextBuffer out) {
        long divisor = 1;
        for (int i = beforePoint; i < count; i++) {
            divisor *= 10;
        }
        out.padded(digits / divisor, beforePoint);
        if (count > beforePoint) {
            out.put('.');
            out.padded(digits % divisor, count - beforePoint);
        }
    }

    private static int count(long digits) {
        int count = 1;
        for (long rest = digits; rest >= 10; rest /= 10) {
            count++;
        }
        return count;
    }
}
