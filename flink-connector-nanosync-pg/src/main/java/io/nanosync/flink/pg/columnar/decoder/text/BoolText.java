package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/** {@code bool}: {@code t} or {@code f}. */
final class BoolText extends TextForm {

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        Malformed.checkLength("bool", 1, length);
        out.put(buffer.get(offset) == 0 ? 'f' : 't');
    }
}
