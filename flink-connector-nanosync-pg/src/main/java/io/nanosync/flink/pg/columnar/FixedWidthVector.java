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
    private byte[] data = new byte[0];

    /** A vector of values of {@code width} bytes. */
    public FixedWidthVector(int width) {
        this.width = width;
    }

    /** Appends a 2-byte value. The vector's width must be 2. */
    public void appendShort(short value) {
        int at = reserve(1);
        SHORT.set(data, at, value);
        markValid();
    }

    /** Appends a 4-byte value. The vector's width must be 4. */
    public void appendInt(int value) {
        int at = reserve(1);
        INT.set(data, at, value);
        markValid();
    }

    /** Appends an 8-byte value. The vector's width must be 8. */
    public void appendLong(long value) {
        int at = reserve(1);
        LONG.set(data, at, value);
        markValid();
    }

    /** Appends the same 4-byte value {@code number} times. The vector's width must be 4. */
    void appendInts(int value, int number) {
        int at = reserve(number);
        for (int i = 0; i < number; i++) {
            INT.set(data, at + i * Integer.BYTES, value);
        }
        markValid(number);
    }

    /** Appends the same 8-byte value {@code number} times. The vector's width must be 8. */
    void appendLongs(long value, int number) {
        int at = reserve(number);
        for (int i = 0; i < number; i++) {
            LONG.set(data, at + i * Long.BYTES, value);
        }
        markValid(number);
    }

    /**
     * Appends a signed integer of any width of 8 bytes and more, sign-extended: an Arrow decimal.
     */
    public void appendWide(long value) {
        int at = reserve(1);
        LONG.set(data, at, value);
        for (int i = at + 8; i < at + width; i += 8) {
            LONG.set(data, i, value >> 63);
        }
        markValid();
    }

    /** Appends {@code width} bytes as they are. */
    public void appendBytes(byte[] source, int offset) {
        int at = reserve(1);
        System.arraycopy(source, offset, data, at, width);
        markValid();
    }

    @Override
    public void appendNulls(int number) {
        int at = reserve(number);
        Arrays.fill(data, at, at + number * width, (byte) 0);
        markNull(number);
    }

    /** Makes room, which may replace {@link #data}, and returns where the next value begins. */
    private int reserve(int number) {
        int at = count * width;
        int needed = Math.addExact(at, Math.multiplyExact(number, width));
        if (needed > data.length) {
            data = enlarged(data, grown(data.length, needed, FIRST_VALUES * width));
        }
        return at;
    }

    @Override
    void writeTo(BufferWriter writer) {
        writeValidity(writer);
        writer.buffer(data, count * width);
    }

    @Override
    void writeNullsTo(BufferWriter writer, int number) {
        writeNullValidity(writer, number);
        writer.zeros(Math.multiplyExact(number, width));
    }

    @Override
    int fixedBytes() {
        return width;
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
