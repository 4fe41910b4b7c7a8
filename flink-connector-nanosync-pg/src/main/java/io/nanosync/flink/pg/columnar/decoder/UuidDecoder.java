package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.FixedWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import java.nio.ByteBuffer;

/**
 * Writes {@code uuid} as Arrow FixedSizeBinary(16), the storage of {@code arrow.uuid}.
 *
 * <p>Wire (binary): 16 bytes in the order of the text; text: 8-4-4-4-12 hexadecimal digits.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/uuid.c}.
 */
final class UuidDecoder extends ColumnDecoder {

    private final FixedWidthVector vector = new FixedWidthVector(16);
    private final byte[] bytes = new byte[16];
    private final TextCursor cursor = new TextCursor("uuid", "8-4-4-4-12 hexadecimal digits");

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        Malformed.checkLength("uuid", 16, length);
        buffer.get(offset, bytes);
        vector.appendBytes(bytes, 0);
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        cursor.over(buffer, offset, length);
        for (int i = 0; i < 16; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                cursor.expect('-');
            }
            bytes[i] = (byte) (cursor.hexDigit() << 4 | cursor.hexDigit());
        }
        cursor.expectEnd();
        vector.appendBytes(bytes, 0);
    }
}
