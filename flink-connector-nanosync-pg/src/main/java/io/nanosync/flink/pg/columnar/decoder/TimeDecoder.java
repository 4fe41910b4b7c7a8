package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.FixedWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import java.nio.ByteBuffer;

/**
 * Writes {@code time} as Arrow Time64(microsecond).
 *
 * <p>Wire (binary): 8 bytes, big-endian, microseconds of the day; text: {@code HH:MM:SS[.ffffff]}.
 * {@code 24:00:00} is kept as 86 400 000 000.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/date.c}, {@code time_send}.
 */
final class TimeDecoder extends ColumnDecoder {

    private final FixedWidthVector vector = new FixedWidthVector(8);
    private final TextCursor cursor = new TextCursor("time", "HH:MM:SS[.ffffff]");
    private final DateParser parser = new DateParser(cursor);

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        Malformed.checkLength("time", 8, length);
        long micros = buffer.getLong(offset);
        if (micros < 0 || micros > DateParser.MICROS_PER_DAY) {
            throw Malformed.binary("time", "microseconds of a day", "more or less than a day has");
        }
        vector.appendLong(micros);
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        cursor.over(buffer, offset, length);
        long micros = parser.time();
        cursor.expectEnd();
        vector.appendLong(micros);
    }
}
