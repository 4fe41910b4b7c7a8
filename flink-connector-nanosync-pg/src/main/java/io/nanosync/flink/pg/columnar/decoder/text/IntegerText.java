package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/** Integers of 2, 4 or 8 bytes, big-endian, in decimal: {@code int8}, {@code oid}, {@code xid} … */
final class IntegerText extends TextForm {

    private final String type;
    private final int bytes;
    private final boolean signed;

    IntegerText(String type, int bytes, boolean signed) {
        this.type = type;
        this.bytes = bytes;
        this.signed = signed;
    }

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        Malformed.checkLength(type, bytes, length);
        if (bytes == 2) {
            out.number(buffer.getShort(offset));
        } else if (bytes == 4) {
            int value = buffer.getInt(offset);
            out.number(signed ? value : Integer.toUnsignedLong(value));
        } else if (signed) {
            out.number(buffer.getLong(offset));
        } else {
            out.unsigned(buffer.getLong(offset));
        }
    }
}
