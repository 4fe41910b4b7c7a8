package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/** {@code pg_lsn}: both halves in hexadecimal without leading zeros, as PostgreSQL 13 to 18. */
final class LsnText extends TextForm {

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        Malformed.checkLength("pg_lsn", 8, length);
        hex(buffer.getInt(offset), out);
        out.put('/');
        hex(buffer.getInt(offset + 4), out);
    }

    private static void hex(int value, TextBuffer out) {
        int shift = (31 - Integer.numberOfLeadingZeros(value | 1)) & ~3;
        for (; shift >= 0; shift -= 4) {
            int digit = value >>> shift & 15;
            out.put(digit < 10 ? '0' + digit : 'A' + digit - 10);
        }
    }
}
