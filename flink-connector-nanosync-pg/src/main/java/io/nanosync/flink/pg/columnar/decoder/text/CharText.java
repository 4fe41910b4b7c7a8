package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * {@code "char"}, one byte: nothing for zero, {@code \ooo} from 128 on. PostgreSQL 13 to 15 print
 * the latter as a bare byte, which isn't UTF-8; it becomes what 16 prints.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/char.c}, {@code charout}.
 */
final class CharText extends TextForm {

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        Malformed.checkLength("char", 1, length);
        int value = buffer.get(offset) & 0xff;
        if (value >= 128) {
            out.put('\\');
            out.put('0' + (value >> 6));
            out.put('0' + (value >> 3 & 7));
            out.put('0' + (value & 7));
        } else if (value > 0) {
            out.put(value);
        }
    }
}
