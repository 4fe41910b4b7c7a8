package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.FixedWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import java.nio.ByteBuffer;

/**
 * Writes {@code float8} as Arrow FloatingPoint(Double). Infinities and the sign of zero are kept;
 * every NaN becomes the one that Java and PostgreSQL's own input make, since the text form has only
 * one.
 *
 * <p>Wire (binary): 8 bytes, IEEE 754, big-endian; text: shortest exact decimal, {@code NaN},
 * {@code Infinity}, {@code -Infinity}.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/float.c}.
 */
final class Float8Decoder extends ColumnDecoder {

    private final FixedWidthVector vector = new FixedWidthVector(8);

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        Malformed.checkLength("float8", 8, length);
        append(Double.longBitsToDouble(buffer.getLong(offset)));
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        append(Double.parseDouble(FloatParser.checked("float8", buffer, offset, length)));
    }

    private void append(double value) {
        vector.appendLong(Double.doubleToLongBits(value));
    }
}
