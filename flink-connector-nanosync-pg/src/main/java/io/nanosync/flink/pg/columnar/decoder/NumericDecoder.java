package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.FixedWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.NumericWire;
import java.nio.ByteBuffer;

/**
 * Writes {@code numeric(p,s)} as Arrow Decimal128 or Decimal256 of the same precision and scale.
 *
 * <p>Wire (binary): see {@link NumericWire}; text: decimal. {@code NaN}, {@code Infinity} and
 * {@code -Infinity} are unrepresentable, as is a value of more digits than the decimal has, which
 * only a change of the column's type can bring.
 *
 * <p>Values of up to 18 digits are added up in a long, whatever the precision; longer ones in a
 * {@link WideInteger}. Neither makes an object.
 */
final class NumericDecoder extends ColumnDecoder {

    private static final int BASE = 10_000;
    private static final int DIGITS_PER_GROUP = 4;
    private static final int MAX_LONG_DIGITS = 18;
    private static final int[] POWERS_OF_10 = {1, 10, 100, 1000, BASE};

    private final DecimalShape shape;
    private final Unrepresentable unrepresentable;
    private final FixedWidthVector vector;
    private final WideInteger wide;
    private final NumericParser parser = new NumericParser();

    /** Groups of four digits that lie wholly after the point. */
    private final int fractionGroups;

    /** Digits of the last, partial group. */
    private final int restDigits;

    NumericDecoder(DecimalShape shape, Unrepresentable unrepresentable) {
        this.shape = shape;
        this.unrepresentable = unrepresentable;
        this.vector = new FixedWidthVector(shape.bytes());
        this.wide = new WideInteger(shape.bytes());
        this.fractionGroups = shape.scale() / DIGITS_PER_GROUP;
        this.restDigits = shape.scale() % DIGITS_PER_GROUP;
    }

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        int digits = NumericWire.digits(buffer, offset, length);
        int sign = NumericWire.sign(buffer, offset);
        if ((sign & ~NumericWire.NEGATIVE) != 0) {
            notFinite();
        } else if (digits == 0) {
            vector.appendWide(0);
        } else {
            finite(buffer, offset, digits, sign == NumericWire.NEGATIVE);
        }
    }

    /** Relies on the first digit not being zero, as PostgreSQL strips leading zeros. */
    private void finite(ByteBuffer buffer, int offset, int digits, boolean negative) {
        int wholeGroups = NumericWire.weight(buffer, offset) + 1 + fractionGroups;
        int restGroup =
                restDigits > 0 && wholeGroups >= 0 && wholeGroups < digits
                        ? NumericWire.digit(buffer, offset, wholeGroups)
                        : 0;
        int cutOff = POWERS_OF_10[DIGITS_PER_GROUP - restDigits];
        int firstCut = restDigits > 0 ? wholeGroups + 1 : wholeGroups;
        if (restGroup % cutOff != 0 || !zeros(buffer, offset, Math.max(firstCut, 0), digits)) {
            tooLong();
            return;
        }
        int length = (wholeGroups - 1) * DIGITS_PER_GROUP + restDigits;
        if (wholeGroups > 0) {
            length += decimalDigits(NumericWire.digit(buffer, offset, 0));
        }
        if (length > shape.precision()) {
            tooLong();
        } else if (length <= MAX_LONG_DIGITS) {
            long value = 0;
            for (int i = 0; i < wholeGroups; i++) {
                value = value * BASE + (i < digits ? NumericWire.digit(buffer, offset, i) : 0);
            }
            value = value * POWERS_OF_10[restDigits] + restGroup / cutOff;
            vector.appendWide(negative ? -value : value);
        } else {
            wide.clear();
            for (int i = 0; i < wholeGroups; i++) {
                wide.multiplyAdd(BASE, i < digits ? NumericWire.digit(buffer, offset, i) : 0);
            }
            wide.multiplyAdd(POWERS_OF_10[restDigits], restGroup / cutOff);
            vector.appendBytes(wide.bytes(negative), 0);
        }
    }

    private static boolean zeros(ByteBuffer buffer, int offset, int from, int digits) {
        for (int i = from; i < digits; i++) {
            if (NumericWire.digit(buffer, offset, i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int decimalDigits(int group) {
        return group >= 1000 ? 4 : group >= 100 ? 3 : group >= 10 ? 2 : 1;
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        if (!parser.parse(buffer, offset, length)) {
            notFinite();
            return;
        }
        int scale = shape.scale();
        int digits = parser.integerDigits() + scale;
        if (parser.significantScale() > scale || digits > shape.precision()) {
            tooLong();
        } else if (digits <= MAX_LONG_DIGITS) {
            long value = 0;
            for (int i = 0; i < digits; i++) {
                value = value * 10 + parser.digit(i);
            }
            vector.appendWide(parser.negative() ? -value : value);
        } else {
            wide.clear();
            for (int i = 0; i < digits; i++) {
                wide.multiplyAdd(10, parser.digit(i));
            }
            vector.appendBytes(wide.bytes(parser.negative()), 0);
        }
    }

    private void notFinite() {
        unrepresentable.handle(vector, "NaN or an infinity doesn't fit " + shape);
    }

    private void tooLong() {
        unrepresentable.handle(vector, "A numeric of more digits doesn't fit " + shape);
    }
}
