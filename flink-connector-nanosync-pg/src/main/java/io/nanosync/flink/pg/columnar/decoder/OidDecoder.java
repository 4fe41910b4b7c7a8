package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.FixedWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import java.nio.ByteBuffer;

/**
 * Writes {@code oid} as Arrow UInt32.
 *
 * <p>Wire (binary): 4 bytes, big-endian, unsigned; text: decimal.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/oid.c}.
 */
final class OidDecoder extends ColumnDecoder {

    private final FixedWidthVector vector = new FixedWidthVector(4);
    private final IntegerParser parser = new IntegerParser("oid", 0, 0xffff_ffffL);

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        Malformed.checkLength("oid", 4, length);
        vector.appendInt(buffer.getInt(offset));
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        vector.appendInt((int) parser.parse(buffer, offset, length));
    }
}
