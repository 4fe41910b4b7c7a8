package io.nanosync.flink.pg.columnar;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Values of one fixed width in bytes, little-endian. */
public final class FixedWidthVector extends ColumnVector {

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final int width;
    private byte[] data;

    /** A vector of values of {@code width} bytes. */
    public FixedWidthVector(int width) {
        this.width = width;
        this.data = new byte[width * 1024];
    }

    /** Appends a 2-byte value. The vector's width must be 2. */
    public void appendShort(short value) {
        SHORT.set(data, reserve(), value);
        markValid();
    }

    /** Appends a 4-byte value. The vector's width must be 4. */
    public void appendInt(int value) {
        INT.set(data, reserve(), value);
        markValid();
    }

    /** Appends an 8-byte value. The vector's width must be 8. */
    public void appendLong(long value) {
        LONG.set(data, reserve(), value);
        markValid();
    }

    /**
     * Appends a signed integer of any width of 8 bytes and more, sign-extended: an Arrow decimal.
     */
    public void appendWide(long value) {
        int at = reserve();
        LONG.set(data, at, value);
        for (int i = at + 8; i < at + width; i += 8) {
            LONG.set(data, i, value >> 63);
        }
        markValid();
    }

    /** Appends {@code width} bytes as they are. */
    public void appendBytes(byte[] source, int offset) {
        System.arraycopy(source, offset, data, reserve(), width);
        markValid();
    }

    @Override
    public void appendNull() {
        int at = reserve();
        Arrays.fill(data, at, at + width, (byte) 0);
        markNull();
    }

    private int reserve() {
        int at = count * width;
        if (at + width > data.length) {
            data = Arrays.copyOf(data, data.length * 2);
        }
        return at;
    }

    @Override
    void writeTo(BufferWriter writer) {
        writer.field(count, nulls());
        writer.buffer(validity(), nulls() == 0 ? 0 : (count + 7) >> 3);
        writer.buffer(data, count * width);
    }

    @Override
    long bytes() {
        return (long) count * width + (count >> 3);
    }
}
