package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.FixedWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import java.nio.ByteBuffer;

/**
 * Writes {@code money} as Arrow Decimal128(19, 2).
 *
 * <p>Wire (binary): 8 bytes, big-endian, signed cents; text as {@code lc_monetary=C} prints it:
 * {@code -$1,234.56}.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/cash.c}.
 */
final class MoneyDecoder extends ColumnDecoder {

    private final FixedWidthVector vector = new FixedWidthVector(16);
    private final TextCursor cursor = new TextCursor("money", "dollars as -$1,234.56");

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        Malformed.checkLength("money", 8, length);
        vector.appendWide(buffer.getLong(offset));
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        cursor.over(buffer, offset, length);
        boolean negative = cursor.accept('-');
        cursor.expect('$');
        // Negative amounts reach one cent further than positive ones.
        long cents = 0;
        do {
            cents = withDigit(cents, cursor.digit());
            cursor.accept(',');
        } while (cursor.peek() != '.');
        cursor.expect('.');
        cents = withDigit(cents, cursor.digit());
        cents = withDigit(cents, cursor.digit());
        cursor.expectEnd();
        if (!negative && cents == Long.MIN_VALUE) {
            throw cursor.malformed();
        }
        vector.appendWide(negative ? cents : -cents);
    }

    private long withDigit(long negativeCents, int digit) {
        if (negativeCents < (Long.MIN_VALUE + digit) / 10) {
            throw cursor.malformed();
        }
        return negativeCents * 10 - digit;
    }
}
