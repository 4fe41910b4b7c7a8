package io.nanosync.flink.pg.columnar;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads Arrow's Timestamp in microseconds. Infinity is the largest and smallest number. */
final class TimestampReader extends ColumnReader {

    private final int data;
    private final boolean zoned;

    TimestampReader(Field field, BatchBuffers buffers, ArrowType.Timestamp type) {
        super(field, buffers);
        data = buffers.next();
        zoned = type.getTimezone() != null;
    }

    @Override
    long longValue(int row) {
        return (long) LONG.get(message, data + row * Long.BYTES);
    }

    @Override
    Object value(int row) {
        long micros = longValue(row);
        if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
            return micros;
        }
        Instant instant = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        return zoned ? instant : LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }
}
