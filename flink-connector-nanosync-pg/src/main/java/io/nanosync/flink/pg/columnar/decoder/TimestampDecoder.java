package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.FixedWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.CivilDate;
import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import java.nio.ByteBuffer;

/**
 * Writes {@code timestamp} as Arrow Timestamp(microsecond) and {@code timestamptz} as
 * Timestamp(microsecond, UTC).
 *
 * <p>Wire (binary): 8 bytes, big-endian, signed microseconds since 2000-01-01T00:00:00; text:
 * {@code YYYY-MM-DD HH:MM:SS[.ffffff]}, for timestamptz an offset from UTC, then {@code BC}.
 * Vector: microseconds since 1970-01-01T00:00:00. {@code infinity} and {@code -infinity} are kept
 * as {@code Long.MAX_VALUE} and {@code MIN_VALUE}, as PostgreSQL has them. From
 * 294247-01-10T04:00:54.775807 on a timestamp has no place in 64 bits counted from 1970 and is
 * unrepresentable.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/timestamp.c}, {@code timestamp_send}, {@code
 * timestamptz_send}; range in {@code src/include/datatype/timestamp.h}.
 */
final class TimestampDecoder extends ColumnDecoder {

    private static final long EPOCH_MICROS =
            CivilDate.POSTGRES_EPOCH_DAYS * DateParser.MICROS_PER_DAY;

    /** 4714-11-24 BC 00:00:00, in microseconds since 2000-01-01. */
    private static final long MIN_MICROS = -211_813_488_000_000_000L;

    /** 294277-01-01 00:00:00, the first moment that isn't a timestamp any more. */
    private static final long END_MICROS = 9_223_371_331_200_000_000L;

    /** {@code Long.MAX_VALUE} means infinity, so it can't be a moment too. */
    private static final long END_REPRESENTABLE_MICROS = Long.MAX_VALUE - EPOCH_MICROS;

    private static final long DAYS_LIMIT = END_MICROS / DateParser.MICROS_PER_DAY;

    private final String type;
    private final boolean zoned;
    private final Unrepresentable unrepresentable;
    private final FixedWidthVector vector = new FixedWidthVector(8);
    private final TextCursor cursor;
    private final DateParser parser;

    TimestampDecoder(boolean zoned, Unrepresentable unrepresentable) {
        this.type = zoned ? "timestamptz" : "timestamp";
        this.zoned = zoned;
        this.unrepresentable = unrepresentable;
        this.cursor = new TextCursor(type, "an ISO timestamp");
        this.parser = new DateParser(cursor);
    }

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        Malformed.checkLength(type, 8, length);
        append(buffer.getLong(offset));
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        cursor.over(buffer, offset, length);
        if (cursor.acceptRest("infinity")) {
            vector.appendLong(Long.MAX_VALUE);
        } else if (cursor.acceptRest("-infinity")) {
            vector.appendLong(Long.MIN_VALUE);
        } else {
            append(moment());
        }
    }

    private long moment() {
        parser.date();
        cursor.expect(' ');
        long micros = parser.time();
        if (zoned) {
            micros -= parser.offsetSeconds() * 1_000_000L;
        }
        long days = parser.endOfDate() - CivilDate.POSTGRES_EPOCH_DAYS;
        if (Math.abs(days) > DAYS_LIMIT) {
            throw cursor.malformed();
        }
        return days * DateParser.MICROS_PER_DAY + micros;
    }

    private void append(long postgresMicros) {
        if (postgresMicros >= MIN_MICROS && postgresMicros < END_REPRESENTABLE_MICROS) {
            vector.appendLong(postgresMicros + EPOCH_MICROS);
        } else if (postgresMicros == Long.MAX_VALUE || postgresMicros == Long.MIN_VALUE) {
            vector.appendLong(postgresMicros);
        } else if (postgresMicros >= MIN_MICROS && postgresMicros < END_MICROS) {
            unrepresentable.handle(
                    vector,
                    "A "
                            + type
                            + " after 294247-01-10 04:00:54.775806 doesn't fit Arrow's"
                            + " Timestamp(microsecond)");
        } else {
            throw Malformed.value(
                    type, "microseconds in the range of timestamps", "some outside of it");
        }
    }
}
