package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.wire.MalformedMessageException;
import java.nio.ByteBuffer;

/** The text of one value that is made of others, as it is being read. Reused; not thread-safe. */
abstract class TextLiteral {

    private static final int KEPT_BYTES = 1 << 20;
    private static final byte[] NOTHING = {};

    private final String what;
    private byte[] text = NOTHING;
    private ByteBuffer buffer = ByteBuffer.wrap(NOTHING);
    private ByteBuffer unquoted = ByteBuffer.wrap(NOTHING);
    private int at;

    /**
     * @param what the text is of, for messages
     */
    TextLiteral(String what) {
        this.what = what;
    }

    final void begin(byte[] utf8) {
        text = utf8;
        buffer = ByteBuffer.wrap(utf8);
        at = 0;
    }

    /** A large value shouldn't stay until the next one comes. */
    final void forget() {
        text = NOTHING;
        buffer = ByteBuffer.wrap(NOTHING);
        if (unquoted.capacity() > KEPT_BYTES) {
            unquoted = ByteBuffer.wrap(NOTHING);
        }
    }

    final void requireEnd() {
        if (at != text.length) {
            throw malformed("the end");
        }
    }

    final byte[] text() {
        return text;
    }

    final ByteBuffer buffer() {
        return buffer;
    }

    final int at() {
        return at;
    }

    /** What was read last by {@link #quoted}. */
    final ByteBuffer unquoted() {
        return unquoted;
    }

    /**
     * Reads on behind an opening quote, to the closing one. What a backslash or a quote stands in
     * front of is meant as it is.
     *
     * @return how many bytes of {@link #unquoted} it is
     */
    final int quoted() {
        if (unquoted.capacity() < text.length) {
            unquoted = ByteBuffer.allocate(text.length);
        }
        int length = 0;
        while (true) {
            int next = peek();
            at++;
            if (next == '"' && (at == text.length || text[at] != '"')) {
                return length;
            }
            if (next == '"' || next == '\\') {
                next = peek();
                at++;
            }
            unquoted.put(length++, (byte) next);
        }
    }

    final int peek() {
        if (at >= text.length) {
            throw malformed("more");
        }
        return text[at];
    }

    final void skip() {
        at++;
    }

    final boolean accept(char character) {
        if (peek() != character) {
            return false;
        }
        at++;
        return true;
    }

    final void expect(char character) {
        if (!accept(character)) {
            throw malformed("'" + character + "'");
        }
    }

    final MalformedMessageException malformed(String expected) {
        return new MalformedMessageException(
                "text of " + what + ", offset " + at + ": expected " + expected);
    }
}
