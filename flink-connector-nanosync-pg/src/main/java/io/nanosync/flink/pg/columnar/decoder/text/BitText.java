package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * {@code bit} and {@code varbit}: a 32-bit count of bits, then the bits, the first one highest.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/varbit.c}, {@code varbit_send}.
 */
final class BitText extends TextForm {

    private final BinaryCursor cursor = new BinaryCursor("bit");

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        cursor.over(buffer, offset, length);
        int bits = cursor.count(0);
        int start = cursor.take((int) ((bits + 7L) >> 3));
        cursor.expectEnd();
        for (int i = 0; i < bits; i++) {
            out.put('0' + (buffer.get(start + (i >> 3)) >> (7 - (i & 7)) & 1));
        }
    }
}
