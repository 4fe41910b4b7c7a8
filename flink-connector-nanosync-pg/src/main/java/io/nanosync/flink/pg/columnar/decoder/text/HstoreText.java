package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * {@code hstore}: a count of pairs, each key and value with its 32-bit length, -1 for a null value.
 * Text: {@code "key"=>"value", "other"=>NULL}.
 *
 * <p>Source: PostgreSQL, {@code contrib/hstore/hstore_io.c}.
 */
final class HstoreText extends TextForm {

    private final BinaryCursor cursor = new BinaryCursor("hstore");

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        cursor.over(buffer, offset, length);
        int pairs = cursor.count(8);
        for (int i = 0; i < pairs; i++) {
            if (i > 0) {
                out.ascii(", ");
            }
            quoted(buffer, cursor.int4(), out);
            out.ascii("=>");
            int valueBytes = cursor.int4();
            if (valueBytes == -1) {
                out.ascii("NULL");
            } else {
                quoted(buffer, valueBytes, out);
            }
        }
        cursor.expectEnd();
    }

    private void quoted(ByteBuffer buffer, int bytes, TextBuffer out) {
        int start = out.length();
        out.copy(buffer, cursor.take(bytes), bytes);
        out.quote(start, '\\');
    }
}
