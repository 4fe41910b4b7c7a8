package io.nanosync.flink.pg.table;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.nanosync.flink.pg.columnar.TextValues;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads the text of an array: {@code {1,NULL,"a b"}}, {@code {{1,2},{3,4}}}. Reused; not
 * thread-safe.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/arrayfuncs.c}, {@code array_out}.
 */
final class ArrayLiteral {

    private static final int KEPT_BYTES = 1 << 20;
    private static final byte[] NOTHING = {};
    private static final byte[] NULL = "NULL".getBytes(US_ASCII);

    private final char delimiter;
    private final TextValues elements;
    private final int[] lengths;
    private byte[] text = NOTHING;
    private ByteBuffer buffer = ByteBuffer.wrap(NOTHING);
    private ByteBuffer unquoted = ByteBuffer.wrap(NOTHING);
    private int at;

    /**
     * @param delimiter what separates elements
     * @param elements what the elements are added to
     * @param dimensions how many dimensions there must be
     */
    ArrayLiteral(char delimiter, TextValues elements, int dimensions) {
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
        text = utf8;
        buffer = ByteBuffer.wrap(utf8);
        at = 0;
        elements.clear();
        Arrays.fill(lengths, 0);
        boolean fits = array();
        // A large value shouldn't stay until the next one comes.
        text = NOTHING;
        buffer = ByteBuffer.wrap(NOTHING);
        if (unquoted.capacity() > KEPT_BYTES) {
            unquoted = ByteBuffer.wrap(NOTHING);
        }
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
        if (at != text.length) {
            throw malformed("the end");
        }
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
                at++;
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
            quoted();
            return;
        }
        int start = at;
        while (peek() != delimiter && peek() != '}') {
            at++;
        }
        if (Arrays.equals(text, start, at, NULL, 0, NULL.length)) {
            elements.addNull();
        } else {
            elements.add(buffer, start, at - start);
        }
    }

    private void quoted() {
        if (unquoted.capacity() < text.length) {
            unquoted = ByteBuffer.allocate(text.length);
        }
        int length = 0;
        while (!accept('"')) {
            if (peek() == '\\') {
                at++;
            }
            unquoted.put(length++, (byte) peek());
            at++;
        }
        elements.add(unquoted, 0, length);
    }

    private int peek() {
        if (at >= text.length) {
            throw malformed("more");
        }
        return text[at];
    }

    private boolean accept(char character) {
        if (peek() != character) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(char character) {
        if (!accept(character)) {
            throw malformed("'" + character + "'");
        }
    }

    private MalformedMessageException malformed(String expected) {
        return new MalformedMessageException(
                "text of an array, offset " + at + ": expected " + expected);
    }
}
