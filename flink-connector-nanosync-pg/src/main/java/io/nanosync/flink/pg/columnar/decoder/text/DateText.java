package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/** {@code date}, days since 2000-01-01: {@code YYYY-MM-DD}, {@code infinity}. */
final class DateText extends TextForm {

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        Malformed.checkLength("date", 4, length);
        int days = buffer.getInt(offset);
        if (days == Integer.MAX_VALUE) {
            out.ascii("infinity");
        } else if (days == Integer.MIN_VALUE) {
            out.ascii("-infinity");
        } else {
            long packed = CivilDate.packed((long) days + CivilDate.POSTGRES_EPOCH_DAYS);
            DateTimeWriter.date(packed, out);
            DateTimeWriter.era(packed, out);
        }
    }
}
