package io.nanosync.flink.pg.columnar;

import java.util.Arrays;

/** Booleans, one bit each, least significant bit first. */
public final class BitVector extends ColumnVector {

    private byte[] data = new byte[0];

    /** Appends a value. */
    public void append(boolean value) {
        reserve(1);
        if (value) {
            data[count >> 3] |= (byte) (1 << (count & 7));
        }
        markValid();
    }

    @Override
    public void appendNulls(int number) {
        reserve(number);
        markNull(number);
    }

    private void reserve(int number) {
        int needed = bitmapBytes(count + number);
        if (needed > data.length) {
            data = enlarged(data, grown(data.length, needed, FIRST_VALUES));
        }
    }

    @Override
    public void reset() {
        Arrays.fill(data, 0, bitmapBytes(count), (byte) 0);
        super.reset();
    }

    @Override
    void writeTo(BufferWriter writer) {
        writeValidity(writer);
        writer.buffer(data, bitmapBytes(count));
    }

    @Override
    void writeNullsTo(BufferWriter writer, int number) {
        writeNullValidity(writer, number);
        writer.zeros(bitmapBytes(number));
    }

    @Override
    int fixedBytes() {
        // An eighth in truth; a batch's size needs no more exactness.
        return 1;
    }

    @Override
    long memoryBytes() {
        return super.memoryBytes() + data.length;
    }

    @Override
    long variableBytes() {
        return 0;
    }
}
