package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import java.nio.ByteBuffer;

/** Reads the text form of a value byte by byte. One a decoder, reused, so that nothing is made. */
final class TextCursor {

    private final String type;
    private final String expected;
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int start;
    private int at;
    private int limit;

    /** A cursor for values of a type whose text should be {@code expected}. */
    TextCursor(String type, String expected) {
        this.type = type;
        this.expected = expected;
    }

    /** Stands before the first byte of a value. */
    void over(ByteBuffer source, int offset, int length) {
        buffer = source;
        start = offset;
        at = offset;
        limit = offset + length;
    }

    /** The next byte; -1 at the end. */
    int peek() {
        return at < limit ? buffer.get(at) & 0xff : -1;
    }

    /** Bytes left. */
    int remaining() {
        return limit - at;
    }

    /** Takes the next byte if it is this one. */
    boolean accept(int oneByte) {
        if (peek() != oneByte) {
            return false;
        }
        at++;
        return true;
    }

    /** Takes the rest if it is this word. */
    boolean acceptRest(String word) {
        if (remaining() != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (buffer.get(at + i) != word.charAt(i)) {
                return false;
            }
        }
        at = limit;
        return true;
    }

    /** Takes a byte that must be this one. */
    void expect(int oneByte) {
        if (!accept(oneByte)) {
            throw malformed();
        }
    }

    /** Nothing may be left. */
    void expectEnd() {
        if (at != limit) {
            throw malformed();
        }
    }

    /** Whether a digit comes next. */
    boolean atDigit() {
        int next = peek();
        return next >= '0' && next <= '9';
    }

    /** Takes a digit. */
    int digit() {
        int digit = peek() - '0';
        if (digit < 0 || digit > 9) {
            throw malformed();
        }
        at++;
        return digit;
    }

    /** Takes exactly two digits. */
    int twoDigits() {
        return digit() * 10 + digit();
    }

    /** Takes one digit and all that follow, at most 18. */
    long number() {
        long value = digit();
        int digits = 1;
        while (atDigit()) {
            if (++digits > 18) {
                throw malformed();
            }
            value = value * 10 + digit();
        }
        return value;
    }

    /** Takes a fraction of up to six digits with its point, if there is one: microseconds. */
    int micros() {
        if (!accept('.')) {
            return 0;
        }
        int value = digit();
        int digits = 1;
        for (; digits < 6 && atDigit(); digits++) {
            value = value * 10 + digit();
        }
        for (; digits < 6; digits++) {
            value *= 10;
        }
        return value;
    }

    /** Takes a hexadecimal digit. */
    int hexDigit() {
        int digit = Character.digit(peek(), 16);
        if (digit < 0) {
            throw malformed();
        }
        at++;
        return digit;
    }

    /** Takes any byte. */
    int next() {
        int next = peek();
        if (next < 0) {
            throw malformed();
        }
        at++;
        return next;
    }

    MalformedMessageException malformed() {
        return Malformed.text(type, expected, limit - start);
    }
}
