package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * Multiranges: a count of ranges, each with its 32-bit length. Text: {@code {[1,2),[5,)}}.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/multirangetypes.c}.
 */
final class MultirangeText extends TextForm {

    private final TextForm ranges;
    private final BinaryCursor cursor;

    MultirangeText(String type, TextForm ranges) {
        this.ranges = ranges;
        this.cursor = new BinaryCursor(type);
    }

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        cursor.over(buffer, offset, length);
        int count = cursor.count(5);
        out.put('{');
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                out.put(',');
            }
            int bytes = cursor.int4();
            ranges.render(buffer, cursor.take(bytes), bytes, out);
        }
        out.put('}');
        cursor.expectEnd();
    }
}
