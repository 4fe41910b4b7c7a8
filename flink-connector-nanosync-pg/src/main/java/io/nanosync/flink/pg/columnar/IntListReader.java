package io.nanosync.flink.pg.columnar;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads a list of 32-bit integers: {@code unchanged}. */
final class IntListReader extends ColumnReader {

    private final int offsets;
    private final int values;

    IntListReader(Field field, BatchBuffers buffers) {
        super(field, buffers);
        offsets = buffers.next();
        buffers.validity();
        values = buffers.next();
    }

    @Override
    List<Integer> value(int row) {
        int from = (int) INT.get(message, offsets + row * Integer.BYTES);
        int to = (int) INT.get(message, offsets + (row + 1) * Integer.BYTES);
        List<Integer> list = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            list.add((int) INT.get(message, values + i * Integer.BYTES));
        }
        return Collections.unmodifiableList(list);
    }
}
