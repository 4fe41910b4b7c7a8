package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * {@code tsvector}: a count of lexemes, each a zero-ended string, a 16-bit count of positions and
 * those: weight in the upper 2 bits, position in the lower 14. Text: {@code 'lexeme':1A,2 'next'}.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/tsvector.c}.
 */
final class TsVectorText extends TextForm {

    private static final String WEIGHTS = "DCBA";

    private final BinaryCursor cursor = new BinaryCursor("tsvector");

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        cursor.over(buffer, offset, length);
        int lexemes = cursor.count(3);
        for (int i = 0; i < lexemes; i++) {
            if (i > 0) {
                out.put(' ');
            }
            int start = cursor.position();
            lexeme(buffer, start, cursor.cstring(), out);
            positions(out);
        }
        cursor.expectEnd();
    }

    /** In single quotes, with quotes and backslashes doubled. */
    static void lexeme(ByteBuffer buffer, int start, int length, TextBuffer out) {
        out.put('\'');
        for (int i = start; i < start + length; i++) {
            byte next = buffer.get(i);
            if (next == '\'' || next == '\\') {
                out.put(next);
            }
            out.put(next);
        }
        out.put('\'');
    }

    private void positions(TextBuffer out) {
        int positions = cursor.uint2();
        for (int i = 0; i < positions; i++) {
            out.put(i == 0 ? ':' : ',');
            int position = cursor.uint2();
            out.number(position & 0x3fff);
            if (position >> 14 != 0) {
                out.put(WEIGHTS.charAt(position >> 14));
            }
        }
    }
}
