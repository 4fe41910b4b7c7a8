package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/** {@code tid}: block (32 bits) and offset in it (16 bits), {@code (block,offset)}. */
final class TidText extends TextForm {

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        Malformed.checkLength("tid", 6, length);
        out.put('(');
        out.number(Integer.toUnsignedLong(buffer.getInt(offset)));
        out.put(',');
        out.number(buffer.getShort(offset + 4) & 0xffff);
        out.put(')');
    }
}
