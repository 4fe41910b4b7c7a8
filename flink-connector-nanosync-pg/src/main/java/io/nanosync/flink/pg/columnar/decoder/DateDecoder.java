package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.FixedWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.CivilDate;
import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import java.nio.ByteBuffer;

/**
 * Writes {@code date} as Arrow Date32.
 *
 * <p>Wire (binary): 4 bytes, big-endian, signed days since 2000-01-01; text: {@code YYYY-MM-DD}
 * with {@code BC}. Vector: days since 1970-01-01. {@code infinity} and {@code -infinity} are kept
 * as {@code Integer.MAX_VALUE} and {@code MIN_VALUE}, as PostgreSQL has them.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/date.c}, {@code date_send}; range in {@code
 * src/include/datatype/timestamp.h}.
 */
final class DateDecoder extends ColumnDecoder {

    /** 4714-11-24 BC, in days since 2000-01-01. */
    private static final int MIN_DAYS = -2_451_545;

    /** 5874898-01-01, the first day that isn't a date any more. */
    private static final int END_DAYS = 2_147_483_494 - 2_451_545;

    private final FixedWidthVector vector = new FixedWidthVector(4);
    private final TextCursor cursor = new TextCursor("date", "an ISO date");
    private final DateParser parser = new DateParser(cursor);

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        Malformed.checkLength("date", 4, length);
        append(buffer.getInt(offset));
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        cursor.over(buffer, offset, length);
        if (cursor.acceptRest("infinity")) {
            vector.appendInt(Integer.MAX_VALUE);
        } else if (cursor.acceptRest("-infinity")) {
            vector.appendInt(Integer.MIN_VALUE);
        } else {
            parser.date();
            long days = parser.endOfDate() - CivilDate.POSTGRES_EPOCH_DAYS;
            append((int) Math.min(days, END_DAYS));
        }
    }

    private void append(int postgresDays) {
        if (postgresDays >= MIN_DAYS && postgresDays < END_DAYS) {
            vector.appendInt(postgresDays + CivilDate.POSTGRES_EPOCH_DAYS);
        } else if (postgresDays == Integer.MAX_VALUE || postgresDays == Integer.MIN_VALUE) {
            vector.appendInt(postgresDays);
        } else {
            throw Malformed.value("date", "days in the range of dates", "days outside of it");
        }
    }
}
