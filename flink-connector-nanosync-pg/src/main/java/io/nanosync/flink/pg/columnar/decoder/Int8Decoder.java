package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.FixedWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import java.nio.ByteBuffer;

/**
 * Writes {@code int8} as Arrow Int64.
 *
 * <p>Wire (binary): 8 bytes, big-endian, signed; text: decimal.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/int.c}, {@code int8.c}.
 */
final class Int8Decoder extends ColumnDecoder {

    private final FixedWidthVector vector = new FixedWidthVector(8);
    private final IntegerParser parser = new IntegerParser("int8", Long.MIN_VALUE, Long.MAX_VALUE);

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        Malformed.checkLength("int8", 8, length);
        vector.appendLong(buffer.getLong(offset));
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        vector.appendLong(parser.parse(buffer, offset, length));
    }
}
