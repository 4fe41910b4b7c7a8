package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * Ranges: a byte of flags, then the bounds that there are, each with its 32-bit length. Text:
 * {@code [1,5)}, {@code (,"2000-01-01 00:00:00"]}, {@code empty}.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/rangetypes.c}, {@code range_send}, {@code
 * range_deparse}.
 */
final class RangeText extends TextForm {

    private static final int EMPTY = 0x01;
    private static final int LOWER_INCLUSIVE = 0x02;
    private static final int UPPER_INCLUSIVE = 0x04;
    private static final int LOWER_ABSENT = 0x08 | 0x20;
    private static final int UPPER_ABSENT = 0x10 | 0x40;

    private final TextForm bounds;
    private final BinaryCursor cursor;

    RangeText(String type, TextForm bounds) {
        this.bounds = bounds;
        this.cursor = new BinaryCursor(type);
    }

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        cursor.over(buffer, offset, length);
        int flags = cursor.uint1();
        if ((flags & EMPTY) != 0) {
            out.ascii("empty");
        } else {
            out.put((flags & LOWER_INCLUSIVE) != 0 ? '[' : '(');
            if ((flags & LOWER_ABSENT) == 0) {
                bound(buffer, out);
            }
            out.put(',');
            if ((flags & UPPER_ABSENT) == 0) {
                bound(buffer, out);
            }
            out.put((flags & UPPER_INCLUSIVE) != 0 ? ']' : ')');
        }
        cursor.expectEnd();
    }

    private void bound(ByteBuffer buffer, TextBuffer out) {
        int bytes = cursor.int4();
        int start = out.length();
        bounds.render(buffer, cursor.take(bytes), bytes, out);
        if (Quoting.field(out, start, true)) {
            out.quote(start, 0);
        }
    }
}
