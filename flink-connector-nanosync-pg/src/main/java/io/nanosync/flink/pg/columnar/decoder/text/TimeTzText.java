package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * {@code timetz}: 8 bytes of microseconds, then 4 bytes of seconds west of UTC; {@code
 * HH:MM:SS[.ffffff]+HH[:MM[:SS]]}, the offset to the east.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/date.c}, {@code timetz_send}; {@code
 * datetime.c}, {@code EncodeTimezone}.
 */
final class TimeTzText extends TextForm {

    private static final int DAY_SECONDS = 86_400;

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        Malformed.checkLength("timetz", 12, length);
        DateTimeWriter.time(TimeText.micros("timetz", buffer.getLong(offset)), out);
        int west = buffer.getInt(offset + 8);
        if (west <= -DAY_SECONDS || west >= DAY_SECONDS) {
            throw Malformed.binary("timetz", "an offset of less than a day", "a longer one");
        }
        int seconds = Math.abs(west);
        out.put(west <= 0 ? '+' : '-');
        out.padded(seconds / 3600, 2);
        if (seconds % 3600 != 0) {
            out.put(':');
            out.padded(seconds / 60 % 60, 2);
        }
        if (seconds % 60 != 0) {
            out.put(':');
            out.padded(seconds % 60, 2);
        }
    }
}
