package io.nanosync.flink.pg.columnar;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

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

    private byte[] offsets = new byte[4 * 1024];
    private byte[] data = new byte[16 * 1024];
    private int end;

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
        if ((count + 2) * 4 > offsets.length) {
            offsets = Arrays.copyOf(offsets, offsets.length * 2);
        }
    }

    /** Adds bytes to the value begun. */
    public void write(ByteBuffer source, int offset, int length) {
        reserve(length);
        source.get(offset, data, end, length);
        end += length;
    }

    /** Adds bytes to the value begun. */
    public void write(byte[] source, int offset, int length) {
        reserve(length);
        System.arraycopy(source, offset, data, end, length);
        end += length;
    }

    /** Adds one byte to the value begun. */
    public void write(int oneByte) {
        reserve(1);
        data[end++] = (byte) oneByte;
    }

    /** Ends the value begun. */
    public void end() {
        INT.set(offsets, (count + 1) * 4, end);
        markValid();
    }

    @Override
    public void appendNull() {
        begin();
        INT.set(offsets, (count + 1) * 4, end);
        markNull();
    }

    private void reserve(int length) {
        if (length > data.length - end) {
            long capacity = Math.max((long) data.length * 2, (long) end + length);
            if ((long) end + length > Integer.MAX_VALUE - 64) {
                throw new IllegalStateException(
                        "A column of one batch would exceed 2 GiB; a batch is cut by bytes long"
                                + " before, so one value must be this large");
            }
            data = Arrays.copyOf(data, (int) Math.min(capacity, Integer.MAX_VALUE - 64));
        }
    }

    @Override
    public void reset() {
        super.reset();
        end = 0;
        if (data.length > KEPT_BYTES) {
            data = new byte[16 * 1024];
        }
    }

    @Override
    void writeTo(BufferWriter writer) {
        writer.field(count, nulls());
        writer.buffer(validity(), nulls() == 0 ? 0 : (count + 7) >> 3);
        writer.buffer(offsets, (count + 1) * 4);
        writer.buffer(data, end);
    }

    @Override
    long bytes() {
        return end + 4L * count + (count >> 3);
    }
}
