package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.TextValues;
import io.nanosync.flink.pg.wire.MalformedMessageException;

/**
 * Reads the text of a composite: {@code (1,"a b",)}. Reused; not thread-safe.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/rowtypes.c}, {@code record_out}.
 */
final class RowLiteral extends TextLiteral {

    /** In {@code fields}: an attribute that isn't read. */
    static final int UNREAD = -1;

    private final int[] fields;
    private final TextValues values;

    /**
     * @param fields for each attribute the index in {@code values}
     * @param values what a row is added to
     */
    RowLiteral(int[] fields, TextValues values) {
        super("a composite");
        this.fields = fields.clone();
        this.values = values;
    }

    /**
     * Adds a row.
     *
     * @throws MalformedMessageException when it isn't the text of one with so many attributes
     */
    void read(byte[] utf8) {
        begin(utf8);
        values.clear();
        values.begin();
        expect('(');
        for (int i = 0; i < fields.length; i++) {
            if (i > 0) {
                expect(',');
            }
            field(fields[i]);
        }
        expect(')');
        requireEnd();
        forget();
    }

    private void field(int index) {
        if (accept('"')) {
            int length = quoted();
            if (index != UNREAD) {
                values.add(index, unquoted(), 0, length);
            }
            return;
        }
        int start = at();
        while (peek() != ',' && peek() != ')') {
            skip();
        }
        if (index == UNREAD) {
            return;
        }
        if (at() == start) {
            values.addNull(index);
        } else {
            values.add(index, buffer(), start, at() - start);
        }
    }
}
