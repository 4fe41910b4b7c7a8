package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * {@code int2vector} and {@code oidvector}: sent as arrays of one dimension, printed as numbers
 * with blanks between them.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/int.c}, {@code int2vectorsend}; {@code
 * oid.c}.
 */
final class VectorText extends TextForm {

    private static final int HEADER_BYTES = 20;

    private final String type;
    private final TextForm elements;
    private final BinaryCursor cursor;

    VectorText(String type, TextForm elements) {
        this.type = type;
        this.elements = elements;
        this.cursor = new BinaryCursor(type);
    }

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        cursor.over(buffer, offset, length);
        int dimensions = cursor.int4();
        if (dimensions == 0) {
            cursor.take(8);
        } else if (dimensions == 1) {
            int header = cursor.take(HEADER_BYTES - 4);
            elements(buffer, buffer.getInt(header + 8), out);
        } else {
            throw Malformed.binary(type, "one dimension", "another number");
        }
        cursor.expectEnd();
    }

    private void elements(ByteBuffer buffer, int count, TextBuffer out) {
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                out.put(' ');
            }
            int bytes = cursor.int4();
            elements.render(buffer, cursor.take(bytes), bytes, out);
        }
    }
}
