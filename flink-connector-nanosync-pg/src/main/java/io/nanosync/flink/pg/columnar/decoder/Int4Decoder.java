package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.FixedWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import java.nio.ByteBuffer;

/**
 * Writes {@code int4} as Arrow Int32.
 *
 * <p>Wire (binary): 4 bytes, big-endian, signed; text: decimal.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/int.c}, {@code int8.c}.
 */
final class Int4Decoder extends ColumnDecoder {

    private final FixedWidthVector vector = new FixedWidthVector(4);
    private final IntegerParser parser =
            new IntegerParser("int4", Integer.MIN_VALUE, Integer.MAX_VALUE);

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        Malformed.checkLength("int4", 4, length);
        vector.appendInt(buffer.getInt(offset));
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        vector.appendInt((int) parser.parse(buffer, offset, length));
    }
}
