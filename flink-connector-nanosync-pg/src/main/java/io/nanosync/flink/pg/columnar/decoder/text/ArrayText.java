package io.nanosync.flink.pg.columnar.decoder.text;

import io.nanosync.flink.pg.relation.PgType;
import java.nio.ByteBuffer;

/**
 * Arrays: number of dimensions, whether there are nulls, the element type's OID, size and lower
 * bound of each dimension, then the elements with their 32-bit lengths, -1 for null. Text: {@code
 * {1,NULL,"a b"}}, {@code [0:1]={1,2}}.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/arrayfuncs.c}, {@code array_send}, {@code
 * array_out}.
 */
final class ArrayText extends TextForm {

    private static final int MAX_DIMENSIONS = 6;

    private final String type;
    private final int elementOid;
    private final int delimiter;
    private final TextForm elements;
    private final BinaryCursor cursor;
    private final int[] sizes = new int[MAX_DIMENSIONS];
    private final int[] lowerBounds = new int[MAX_DIMENSIONS];

    ArrayText(PgType array, PgType element, TextForm elements) {
        this.type = array.name();
        this.elementOid = element.oid();
        this.delimiter = element.delimiter();
        this.elements = elements;
        this.cursor = new BinaryCursor(type);
    }

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        cursor.over(buffer, offset, length);
        int dimensions = cursor.int4();
        cursor.int4();
        if (dimensions < 0 || dimensions > MAX_DIMENSIONS) {
            throw Malformed.binary(type, "up to 6 dimensions", "another number");
        }
        if (cursor.int4() != elementOid) {
            throw Malformed.binary(
                    type,
                    "elements of type OID " + Integer.toUnsignedString(elementOid),
                    "another type");
        }
        boolean empty = dimensions == 0;
        boolean boundsShown = false;
        for (int i = 0; i < dimensions; i++) {
            sizes[i] = cursor.int4();
            lowerBounds[i] = cursor.int4();
            boundsShown |= lowerBounds[i] != 1;
            empty |= sizes[i] <= 0;
        }
        if (empty) {
            out.ascii("{}");
        } else {
            if (boundsShown) {
                bounds(dimensions, out);
            }
            dimension(buffer, 0, dimensions, out);
        }
        cursor.expectEnd();
    }

    private void bounds(int dimensions, TextBuffer out) {
        for (int i = 0; i < dimensions; i++) {
            out.put('[');
            out.number(lowerBounds[i]);
            out.put(':');
            out.number((long) lowerBounds[i] + sizes[i] - 1);
            out.put(']');
        }
        out.put('=');
    }

    private void dimension(ByteBuffer buffer, int depth, int dimensions, TextBuffer out) {
        out.put('{');
        for (int i = 0; i < sizes[depth]; i++) {
            if (i > 0) {
                out.put(delimiter);
            }
            if (depth + 1 < dimensions) {
                dimension(buffer, depth + 1, dimensions, out);
            } else {
                element(buffer, out);
            }
        }
        out.put('}');
    }

    private void element(ByteBuffer buffer, TextBuffer out) {
        int bytes = cursor.int4();
        if (bytes == -1) {
            out.ascii("NULL");
            return;
        }
        int start = out.length();
        elements.render(buffer, cursor.take(bytes), bytes, out);
        if (Quoting.element(out, start, delimiter)) {
            out.quote(start, '\\');
        }
    }
}
