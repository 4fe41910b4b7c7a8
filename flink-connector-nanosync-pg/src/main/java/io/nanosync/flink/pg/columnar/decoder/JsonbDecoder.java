package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.VarWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import java.nio.ByteBuffer;

/**
 * Writes {@code jsonb} as Arrow Utf8.
 *
 * <p>Wire (binary): a version byte, 1, then the text form.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/jsonb.c}, {@code jsonb_send}.
 */
final class JsonbDecoder extends ColumnDecoder {

    private final VarWidthVector vector = new VarWidthVector();

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        if (length < 1 || buffer.get(offset) != 1) {
            throw Malformed.binary("jsonb", "version 1", "another version");
        }
        vector.append(buffer, offset + 1, length - 1);
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        vector.append(buffer, offset, length);
    }
}
