package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.FixedWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import java.nio.ByteBuffer;

/**
 * Writes {@code float4} as Arrow FloatingPoint(Single). Infinities and the sign of zero are kept;
 * every NaN becomes the one that Java and PostgreSQL's own input make, since the text form has only
 * one.
 *
 * <p>Wire (binary): 4 bytes, IEEE 754, big-endian; text: shortest exact decimal, {@code NaN},
 * {@code Infinity}, {@code -Infinity}.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/float.c}.
 */
final class Float4Decoder extends ColumnDecoder {

    private final FixedWidthVector vector = new FixedWidthVector(4);

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        Malformed.checkLength("float4", 4, length);
        append(Float.intBitsToFloat(buffer.getInt(offset)));
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        append(Float.parseFloat(FloatParser.checked("float4", buffer, offset, length)));
    }

    private void append(float value) {
        vector.appendInt(Float.floatToIntBits(value));
    }
}
