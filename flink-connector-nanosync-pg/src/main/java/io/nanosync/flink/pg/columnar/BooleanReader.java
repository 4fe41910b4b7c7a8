package io.nanosync.flink.pg.columnar;

import org.apache.arrow.vector.types.pojo.Field;

/** Reads Arrow's Bool. */
final class BooleanReader extends ColumnReader {

    private final int data;

    BooleanReader(Field field, BatchBuffers buffers) {
        super(field, buffers);
        data = buffers.next();
    }

    @Override
    boolean booleanValue(int row) {
        return (message[data + (row >> 3)] >> (row & 7) & 1) != 0;
    }

    @Override
    Boolean value(int row) {
        return booleanValue(row);
    }
}
