package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/** {@code bytea}: {@code \x} and hexadecimal digits. */
final class ByteaText extends TextForm {

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        out.ascii("\\x");
        for (int i = offset; i < offset + length; i++) {
            out.hexByte(buffer.get(i));
        }
    }
}
