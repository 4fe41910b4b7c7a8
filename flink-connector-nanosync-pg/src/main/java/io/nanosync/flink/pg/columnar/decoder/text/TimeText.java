package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/** {@code time}, microseconds of the day: {@code HH:MM:SS[.ffffff]}. */
final class TimeText extends TextForm {

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        Malformed.checkLength("time", 8, length);
        DateTimeWriter.time(micros("time", buffer.getLong(offset)), out);
    }

    /** Checks microseconds of a day, 24:00:00 included. */
    static long micros(String type, long micros) {
        if (micros < 0 || micros > DateTimeWriter.MICROS_PER_DAY) {
            throw Malformed.binary(type, "microseconds of a day", "more or less than a day has");
        }
        return micros;
    }
}
