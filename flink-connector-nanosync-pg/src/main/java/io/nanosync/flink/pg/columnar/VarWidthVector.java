package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.columnar.decoder.UnrepresentableValueException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Values of any length with 32-bit offsets: Arrow's Utf8 and Binary. A value may be appended whole
 * or written piece by piece between {@link #begin} and {@link #end}.
 */
public final class VarWidthVector extends ColumnVector {

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /**
     * Above this size the memory is given back on reset, so that one huge value doesn't stay for
     * ever.
     */
    private static final int KEPT_BYTES = 4 << 20;

    private static final int FIRST_BYTES = 1024;

    private byte[] offsets = new byte[Integer.BYTES];
    private byte[] data = new byte[0];
    private int used;

    /** Appends {@code length} bytes that begin at absolute index {@code offset} of a buffer. */
    public void append(ByteBuffer source, int offset, int length) {
        begin();
        write(source, offset, length);
        end();
    }

    /** Appends bytes. */
    public void append(byte[] source, int offset, int length) {
        begin();
        write(source, offset, length);
        end();
    }

    /** Begins a value. */
    public void begin() {
        reserveOffsets(1);
    }

    /** Adds bytes to the value begun. */
    public void write(ByteBuffer source, int offset, int length) {
        reserve(length);
        source.get(offset, data, used, length);
        used += length;
    }

    /** Adds bytes to the value begun. */
    public void write(byte[] source, int offset, int length) {
        reserve(length);
        System.arraycopy(source, offset, data, used, length);
        used += length;
    }

    /** Adds one byte to the value begun. */
    public void write(int oneByte) {
        reserve(1);
        data[used++] = (byte) oneByte;
    }

    /** Ends the value begun. */
    public void end() {
        INT.set(offsets, (count + 1) * Integer.BYTES, used);
        markValid();
    }

    @Override
    public void appendNulls(int number) {
        reserveOffsets(number);
        for (int i = 1; i <= number; i++) {
            INT.set(offsets, (count + i) * Integer.BYTES, used);
        }
        markNull(number);
    }

    private void reserveOffsets(int number) {
        int needed = Math.multiplyExact(count + number + 1, Integer.BYTES);
        if (needed > offsets.length) {
            int capacity = grown(offsets.length, needed, FIRST_VALUES * Integer.BYTES);
            offsets = enlarged(offsets, capacity);
        }
    }

    private void reserve(int length) {
        if (length > data.length - used) {
            if (length > MAX_BYTES - used) {
                throw new UnrepresentableValueException(
                        "a column of one batch would exceed 2 GiB; a batch is cut by bytes long"
                                + " before, so one value must be about this large");
            }
            data = enlarged(data, grown(data.length, used + length, FIRST_BYTES));
        }
    }

    @Override
    public void reset() {
        super.reset();
        used = 0;
        if (data.length > KEPT_BYTES) {
            data = new byte[0];
        }
    }

    @Override
    void writeTo(BufferWriter writer) {
        writeValidity(writer);
        writer.buffer(offsets, (count + 1) * Integer.BYTES);
        writer.buffer(data, used);
    }

    @Override
    void writeNullsTo(BufferWriter writer, int number) {
        writeNullValidity(writer, number);
        writer.zeros(Math.multiplyExact(number + 1, Integer.BYTES));
        writer.zeros(0);
    }

    @Override
    int fixedBytes() {
        return Integer.BYTES;
    }

    @Override
    long memoryBytes() {
        return super.memoryBytes() + offsets.length + data.length;
    }

    @Override
    long variableBytes() {
        return used;
    }
}
