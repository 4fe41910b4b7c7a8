package io.nanosync.flink.pg.columnar;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Column {@code unchanged}: for each row the indexes of the columns whose unchanged TOAST value is
 * missing, as Arrow's List of Int32; null for a row without any. Rows without any cost nothing
 * while rows are added.
 */
final class UnchangedVector extends ColumnVector {

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final FixedWidthVector indexes = new FixedWidthVector(Integer.BYTES);
    private byte[] offsets = new byte[0];

    /** Adds a column's index to the list of row {@code row}; rows come in order. */
    void add(int row, int columnIndex) {
        if (count <= row) {
            fill(row);
            reserve(1);
            markValid();
        }
        indexes.appendInt(columnIndex);
        INT.set(offsets, count * Integer.BYTES, indexes.count());
    }

    private void fill(int rows) {
        if (rows > count) {
            appendNulls(rows - count);
        }
    }

    @Override
    public void appendNulls(int number) {
        reserve(number);
        for (int i = 1; i <= number; i++) {
            INT.set(offsets, (count + i) * Integer.BYTES, indexes.count());
        }
        markNull(number);
    }

    private void reserve(int number) {
        int needed = Math.multiplyExact(count + number + 1, Integer.BYTES);
        if (needed > offsets.length) {
            int capacity = grown(offsets.length, needed, FIRST_VALUES * Integer.BYTES);
            offsets = enlarged(offsets, capacity);
        }
    }

    /** Hands over the column as one of {@code rows} rows. */
    void writeTo(BufferWriter writer, int rows) {
        if (count == 0) {
            writeNullsTo(writer, rows);
        } else {
            fill(rows);
            writeTo(writer);
        }
    }

    @Override
    void writeTo(BufferWriter writer) {
        writeValidity(writer);
        writer.buffer(offsets, (count + 1) * Integer.BYTES);
        indexes.writeTo(writer);
    }

    @Override
    void writeNullsTo(BufferWriter writer, int number) {
        writeNullValidity(writer, number);
        writer.zeros(Math.multiplyExact(number + 1, Integer.BYTES));
        indexes.writeNullsTo(writer, 0);
    }

    @Override
    int fixedBytes() {
        return Integer.BYTES;
    }

    @Override
    long memoryBytes() {
        return super.memoryBytes() + offsets.length + indexes.memoryBytes();
    }

    @Override
    long variableBytes() {
        return (long) indexes.count() * Integer.BYTES;
    }

    @Override
    public void reset() {
        indexes.reset();
        super.reset();
    }
}
