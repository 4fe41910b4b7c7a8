package io.nanosync.flink.pg.columnar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads Arrow's Utf8 and Binary. */
final class BytesReader extends ColumnReader {

    private final int offsets;
    private final int data;
    private final boolean text;

    BytesReader(Field field, BatchBuffers buffers, ArrowType type) {
        super(field, buffers);
        offsets = buffers.next();
        data = buffers.next();
        text = type instanceof ArrowType.Utf8;
    }

    /** Index of the value's first byte in the message. */
    int byteOffset(int row) {
        return data + (int) INT.get(message, offsets + row * Integer.BYTES);
    }

    private int byteLength(int row) {
        int offset = offsets + row * Integer.BYTES;
        return (int) INT.get(message, offset + Integer.BYTES) - (int) INT.get(message, offset);
    }

    @Override
    byte[] bytesValue(int row) {
        int offset = byteOffset(row);
        return Arrays.copyOfRange(message, offset, offset + byteLength(row));
    }

    @Override
    void bytes(int row, BytesReceiver to) {
        to.receive(message, byteOffset(row), byteLength(row));
    }

    @Override
    String stringValue(int row) {
        return text
                ? new String(message, byteOffset(row), byteLength(row), StandardCharsets.UTF_8)
                : super.stringValue(row);
    }

    @Override
    Object value(int row) {
        return text ? stringValue(row) : bytesValue(row);
    }
}
