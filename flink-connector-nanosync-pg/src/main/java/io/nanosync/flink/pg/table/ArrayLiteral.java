package io.nanosync.flink.pg.table;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.nanosync.flink.pg.columnar.TextValues;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import java.util.Arrays;

/**
 * Reads the text of an array: {@code {1,NULL,"a b"}}, {@code {{1,2},{3,4}}}. Reused; not
 * thread-safe.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/arrayfuncs.c}, {@code array_out}.
 */
final class ArrayLiteral extends TextLiteral {

    private static final byte[] NULL = "NULL".getBytes(US_ASCII);

    private final char delimiter;
    private final TextValues elements;
    private final int[] lengths;

    /**
     * @param delimiter what separates elements
     * @param elements what the elements are added to
     * @param dimensions how many dimensions there must be
     */
    ArrayLiteral(char delimiter, TextValues elements, int dimensions) {
        super("an array");
        this.delimiter = delimiter;
        this.elements = elements;
        this.lengths = new int[dimensions];
    }

    /** Lengths of the dimensions of the array read last. */
    int length(int dimension) {
        return lengths[dimension];
    }

    int dimensions() {
        return lengths.length;
    }

    /**
     * Adds the elements of an array, row by row.
     *
     * @return false when it has another number of dimensions, or one that doesn't begin at 1
     * @throws MalformedMessageException when it isn't the text of an array
     */
    boolean read(byte[] utf8) {
        begin(utf8);
        elements.clear();
        Arrays.fill(lengths, 0);
        boolean fits = array();
        forget();
        return fits;
    }

    private boolean array() {
        if (peek() == '[') {
            return false;
        }
        expect('{');
        if (!accept('}') && !dimension(0)) {
            return false;
        }
        requireEnd();
        return true;
    }

    /** One list behind its opening brace. */
    private boolean dimension(int dimension) {
        int length = 0;
        do {
            boolean list = peek() == '{';
            if (list != dimension + 1 < lengths.length) {
                return false;
            }
            if (list) {
                skip();
                if (!dimension(dimension + 1)) {
                    return false;
                }
            } else {
                element();
            }
            length++;
        } while (accept(delimiter));
        expect('}');
        if (lengths[dimension] != 0 && lengths[dimension] != length) {
            throw malformed("lists of one length in each dimension");
        }
        lengths[dimension] = length;
        return true;
    }

    private void element() {
        if (accept('"')) {
            int length = quoted();
            elements.add(unquoted(), 0, length);
            return;
        }
        int start = at();
        while (peek() != delimiter && peek() != '}') {
            skip();
        }
        if (Arrays.equals(text(), start, at(), NULL, 0, NULL.length)) {
            elements.addNull();
        } else {
            elements.add(buffer(), start, at() - start);
        }
    }
}
