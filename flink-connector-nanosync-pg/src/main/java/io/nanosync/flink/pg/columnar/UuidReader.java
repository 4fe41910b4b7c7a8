package io.nanosync.flink.pg.columnar;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads Arrow's FixedSizeBinary of 16 bytes: a uuid, most significant byte first. */
final class UuidReader extends ColumnReader {

    private static final int WIDTH = 16;

    private final int data;

    UuidReader(Field field, BatchBuffers buffers) {
        super(field, buffers);
        data = buffers.next();
    }

    private int byteOffset(int row) {
        return data + row * WIDTH;
    }

    @Override
    byte[] bytesValue(int row) {
        return Arrays.copyOfRange(message, byteOffset(row), byteOffset(row) + WIDTH);
    }

    @Override
    UUID value(int row) {
        ByteBuffer bytes = ByteBuffer.wrap(message, byteOffset(row), WIDTH);
        return new UUID(bytes.getLong(), bytes.getLong());
    }
}
