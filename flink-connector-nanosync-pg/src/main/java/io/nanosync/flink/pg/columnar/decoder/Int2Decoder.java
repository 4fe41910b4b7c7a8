package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.FixedWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import java.nio.ByteBuffer;

/**
 * Writes {@code int2} as Arrow Int16.
 *
 * <p>Wire (binary): 2 bytes, big-endian, signed; text: decimal.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/int.c}, {@code int8.c}.
 */
final class Int2Decoder extends ColumnDecoder {

    private final FixedWidthVector vector = new FixedWidthVector(2);
    private final IntegerParser parser =
            new IntegerParser("int2", Short.MIN_VALUE, Short.MAX_VALUE);

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        Malformed.checkLength("int2", 2, length);
        vector.appendShort(buffer.getShort(offset));
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        vector.appendShort((short) parser.parse(buffer, offset, length));
    }
}
