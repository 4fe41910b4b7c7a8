package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.BitVector;
import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import java.nio.ByteBuffer;

/**
 * Writes {@code bool} as Arrow Bool.
 *
 * <p>Wire (binary): one byte, 0 or 1; text: {@code t} or {@code f}.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/bool.c}.
 */
final class BoolDecoder extends ColumnDecoder {

    private final BitVector vector = new BitVector();

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        Malformed.checkLength("bool", 1, length);
        byte value = buffer.get(offset);
        if (value != 0 && value != 1) {
            throw Malformed.binary("bool", "0 or 1", "another byte");
        }
        vector.append(value == 1);
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        byte value = length == 1 ? buffer.get(offset) : 0;
        if (value != 't' && value != 'f') {
            throw Malformed.text("bool", "t or f", length);
        }
        vector.append(value == 't');
    }
}
