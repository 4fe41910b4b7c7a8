package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * {@code timestamp} and {@code timestamptz}, microseconds since 2000-01-01: {@code YYYY-MM-DD
 * HH:MM:SS[.ffffff]}, with {@code +00} for the latter, {@code infinity}.
 */
final class TimestampText extends TextForm {

    private final String type;
    private final boolean zoned;

    TimestampText(boolean zoned) {
        this.type = zoned ? "timestamptz" : "timestamp";
        this.zoned = zoned;
    }

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        Malformed.checkLength(type, 8, length);
        long micros = buffer.getLong(offset);
        if (micros == Long.MAX_VALUE) {
            out.ascii("infinity");
        } else if (micros == Long.MIN_VALUE) {
            out.ascii("-infinity");
        } else {
            long days = Math.floorDiv(micros, DateTimeWriter.MICROS_PER_DAY);
            long packed = CivilDate.packed(days + CivilDate.POSTGRES_EPOCH_DAYS);
            DateTimeWriter.date(packed, out);
            out.put(' ');
            DateTimeWriter.time(Math.floorMod(micros, DateTimeWriter.MICROS_PER_DAY), out);
            if (zoned) {
                out.ascii("+00");
            }
            DateTimeWriter.era(packed, out);
        }
    }
}
