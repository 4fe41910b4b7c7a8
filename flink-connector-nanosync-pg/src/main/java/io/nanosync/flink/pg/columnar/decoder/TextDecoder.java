package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.VarWidthVector;
import java.nio.ByteBuffer;

/**
 * Writes types whose binary and text form are the same bytes as Arrow Utf8: {@code text}, {@code
 * varchar}, {@code char(n)} with its padding, {@code name}, {@code json}, {@code xml}, enums,
 * {@code citext}. The session's client encoding is UTF8; the bytes aren't looked at.
 */
final class TextDecoder extends ColumnDecoder {

    private final VarWidthVector vector = new VarWidthVector();

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        vector.append(buffer, offset, length);
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        vector.append(buffer, offset, length);
    }
}
