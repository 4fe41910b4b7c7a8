package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/** Types whose binary form is their text. */
final class PlainText extends TextForm {

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        out.copy(buffer, offset, length);
    }
}
