package io.nanosync.flink.pg.columnar;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** One row of a struct column, read from the batch's bytes. */
final class HeapRowImage implements RowImage {

    private final StructReader struct;
    private final int row;

    HeapRowImage(StructReader struct, int row) {
        this.struct = struct;
        this.row = row;
    }

    @Override
    public int size() {
        return struct.size();
    }

    @Override
    public String name(int index) {
        return struct.child(index).name();
    }

    @Override
    public boolean isNull(int index) {
        return struct.child(index).isNull(row);
    }

    @Override
    public boolean booleanValue(int index) {
        return struct.child(index).booleanValue(row);
    }

    @Override
    public int intValue(int index) {
        return struct.child(index).intValue(row);
    }

    @Override
    public long longValue(int index) {
        return struct.child(index).longValue(row);
    }

    @Override
    public float floatValue(int index) {
        return struct.child(index).floatValue(row);
    }

    @Override
    public double doubleValue(int index) {
        return struct.child(index).doubleValue(row);
    }

    @Override
    public BigDecimal decimalValue(int index) {
        return struct.child(index).decimalValue(row);
    }

    @Override
    public byte[] bytesValue(int index) {
        return struct.child(index).bytesValue(row);
    }

    @Override
    public void bytes(int index, BytesReceiver to) {
        struct.child(index).bytes(row, to);
    }

    @Override
    public String stringValue(int index) {
        return struct.child(index).stringValue(row);
    }

    @Override
    public @Nullable Object value(int index) {
        ColumnReader column = struct.child(index);
        return column.isNull(row) ? null : column.value(row);
    }

    @Override
    public @Nullable Object value(String name) {
        for (int index = 0; index < size(); index++) {
            if (name(index).equals(name)) {
                return value(index);
            }
        }
        throw new IllegalArgumentException("No column \"" + name + "\" in this row");
    }
}
