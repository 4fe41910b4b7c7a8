package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/** {@code macaddr} and {@code macaddr8}: hexadecimal bytes with colons. */
final class MacAddressText extends TextForm {

    private final String type;
    private final int bytes;

    MacAddressText(String type, int bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        Malformed.checkLength(type, bytes, length);
        for (int i = 0; i < bytes; i++) {
            if (i > 0) {
                out.put(':');
            }
            out.hexByte(buffer.get(offset + i));
        }
    }
}
