package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.VarWidthVector;
import java.nio.ByteBuffer;

/**
 * Writes {@code bytea} as Arrow Binary.
 *
 * <p>Wire (binary): the bytes; text: {@code \x} and hexadecimal digits, or the older escape form:
 * {@code \\} for a backslash, {@code \ooo} for other than printable bytes.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/varlena.c}, {@code byteaout}.
 */
final class ByteaDecoder extends ColumnDecoder {

    private final VarWidthVector vector = new VarWidthVector();
    private final TextCursor cursor = new TextCursor("bytea", "hexadecimal or escaped bytes");

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        vector.append(buffer, offset, length);
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        cursor.over(buffer, offset, length);
        boolean hex = length >= 2 && buffer.get(offset) == '\\' && buffer.get(offset + 1) == 'x';
        vector.begin();
        if (hex) {
            cursor.expect('\\');
            cursor.expect('x');
            while (cursor.remaining() > 0) {
                vector.write(cursor.hexDigit() << 4 | cursor.hexDigit());
            }
        } else {
            while (cursor.remaining() > 0) {
                vector.write(escaped());
            }
        }
        vector.end();
    }

    private int escaped() {
        int next = cursor.next();
        if (next != '\\' || cursor.accept('\\')) {
            return next;
        }
        int value = octalDigit() << 6 | octalDigit() << 3 | octalDigit();
        if (value > 0xff) {
            throw cursor.malformed();
        }
        return value;
    }

    private int octalDigit() {
        int digit = cursor.digit();
        if (digit > 7) {
            throw cursor.malformed();
        }
        return digit;
    }
}
