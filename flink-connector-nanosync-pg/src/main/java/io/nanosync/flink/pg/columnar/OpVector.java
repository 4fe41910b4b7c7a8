package io.nanosync.flink.pg.columnar;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Column {@code op}: one letter a row, as Arrow's Utf8. Its offsets are always 0, 1, 2, … */
final class OpVector {

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Bytes that a row takes: its letter and its offset. */
    static final int ROW_BYTES = 1 + Integer.BYTES;

    private byte[] data = new byte[0];
    private byte[] offsets = new byte[Integer.BYTES];
    private int count;

    void append(Op op) {
        if (count == data.length) {
            grow();
        }
        data[count++] = (byte) op.code();
    }

    private void grow() {
        int capacity = Math.max(ColumnVector.FIRST_VALUES, data.length * 2);
        data = Arrays.copyOf(data, capacity);
        offsets = new byte[Math.multiplyExact(capacity + 1, Integer.BYTES)];
        for (int i = 0; i <= capacity; i++) {
            INT.set(offsets, i * Integer.BYTES, i);
        }
    }

    int count() {
        return count;
    }

    void writeTo(ColumnVector.BufferWriter writer) {
        writer.field(count, 0);
        writer.buffer(data, 0);
        writer.buffer(offsets, (count + 1) * Integer.BYTES);
        writer.buffer(data, count);
    }

    long memoryBytes() {
        return (long) data.length + offsets.length;
    }

    void reset() {
        count = 0;
    }
}
