package io.nanosync.flink.pg.columnar;

import java.time.LocalDate;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads Arrow's Date in days. Infinity is the largest and smallest number. */
final class DateReader extends ColumnReader {

    private final int data;

    DateReader(Field field, BatchBuffers buffers) {
        super(field, buffers);
        data = buffers.next();
    }

    @Override
    int intValue(int row) {
        return (int) INT.get(message, data + row * Integer.BYTES);
    }

    @Override
    long longValue(int row) {
        return intValue(row);
    }

    @Override
    Object value(int row) {
        int days = intValue(row);
        return days == Integer.MAX_VALUE || days == Integer.MIN_VALUE
                ? (Object) days
                : LocalDate.ofEpochDay(days);
    }
}
