package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/** Reads the parts of a binary value and never beyond its end. One a text form, reused. */
final class BinaryCursor {

    private final String type;
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int at;
    private int limit;

    BinaryCursor(String type) {
        this.type = type;
    }

    /** Stands before the first byte of a value. */
    void over(ByteBuffer source, int offset, int length) {
        buffer = source;
        at = offset;
        limit = offset + length;
    }

    /** Moves over {@code bytes} bytes and gives the offset of the first. */
    int take(int bytes) {
        if (bytes < 0 || bytes > limit - at) {
            throw Malformed.binary(type, bytes + " more bytes", (limit - at) + " bytes");
        }
        int start = at;
        at += bytes;
        return start;
    }

    int uint1() {
        return buffer.get(take(1)) & 0xff;
    }

    int uint2() {
        return buffer.getShort(take(2)) & 0xffff;
    }

    int int4() {
        return buffer.getInt(take(4));
    }

    long int8() {
        return buffer.getLong(take(8));
    }

    /** A 32-bit count of things that take at least {@code leastBytes} each. */
    int count(int leastBytes) {
        int count = int4();
        if (count < 0 || (long) count * leastBytes > limit - at) {
            throw Malformed.binary(
                    type, "a count that the bytes after it bear out", "another number");
        }
        return count;
    }

    /** Moves over a string and the zero byte that ends it; gives the string's length. */
    int cstring() {
        int start = at;
        while (at < limit) {
            if (buffer.get(at++) == 0) {
                return at - start - 1;
            }
        }
        throw Malformed.binary(type, "a string ended by zero", "no zero byte");
    }

    /** Where it stands. */
    int position() {
        return at;
    }

    void expectEnd() {
        if (at != limit) {
            throw Malformed.binary(type, "its end", (limit - at) + " more bytes");
        }
    }
}
