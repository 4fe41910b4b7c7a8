package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/** {@code money}, signed 64-bit cents, under {@code lc_monetary=C}: {@code -$1,234.56}. */
final class MoneyText extends TextForm {

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        Malformed.checkLength("money", 8, length);
        long cents = buffer.getLong(offset);
        if (cents < 0) {
            out.put('-');
        }
        out.put('$');
        // Negative, since those reach one cent further than positive ones.
        long left = cents < 0 ? cents : -cents;
        dollars(-(left / 100), out);
        out.put('.');
        out.padded(-(left % 100), 2);
    }

    private static void dollars(long value, TextBuffer out) {
        if (value < 1000) {
            out.number(value);
        } else {
            dollars(value / 1000, out);
            out.put(',');
            out.padded(value % 1000, 3);
        }
    }
}
