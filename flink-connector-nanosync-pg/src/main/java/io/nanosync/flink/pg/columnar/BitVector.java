package io.nanosync.flink.pg.columnar;

import java.util.Arrays;

/** Booleans, one bit each, least significant bit first. */
public final class BitVector extends ColumnVector {

    private byte[] data = new byte[128];

    /** Appends a value. */
    public void append(boolean value) {
        reserve();
        if (value) {
            data[count >> 3] |= (byte) (1 << (count & 7));
        }
        markValid();
    }

    @Override
    public void appendNull() {
        reserve();
        markNull();
    }

    private void reserve() {
        if (count >> 3 == data.length) {
            data = Arrays.copyOf(data, data.length * 2);
        }
    }

    @Override
    public void reset() {
        Arrays.fill(data, 0, (count + 7) >> 3, (byte) 0);
        super.reset();
    }

    @Override
    void writeTo(BufferWriter writer) {
        writer.field(count, nulls());
        writer.buffer(validity(), nulls() == 0 ? 0 : (count + 7) >> 3);
        writer.buffer(data, (count + 7) >> 3);
    }

    @Override
    long bytes() {
        return count >> 2;
    }
}
