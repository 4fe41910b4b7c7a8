package io.nanosync.flink.pg.columnar;

import java.time.LocalTime;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads Arrow's Time in microseconds. PostgreSQL's 24:00:00 has no LocalTime. */
final class TimeReader extends ColumnReader {

    private static final long DAY_MICROS = 86_400_000_000L;

    private final int data;

    TimeReader(Field field, BatchBuffers buffers) {
        super(field, buffers);
        data = buffers.next();
    }

    @Override
    long longValue(int row) {
        return (long) LONG.get(message, data + row * Long.BYTES);
    }

    @Override
    Object value(int row) {
        long micros = longValue(row);
        return micros == DAY_MICROS ? (Object) micros : LocalTime.ofNanoOfDay(micros * 1000);
    }
}
