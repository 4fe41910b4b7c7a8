package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/** {@code uuid}: 8-4-4-4-12 hexadecimal digits. */
final class UuidText extends TextForm {

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        Malformed.checkLength("uuid", 16, length);
        for (int i = 0; i < 16; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                out.put('-');
            }
            out.hexByte(buffer.get(offset + i));
        }
    }
}
