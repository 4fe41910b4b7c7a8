package io.nanosync.flink.pg.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Reads one message from its first byte to its last and checks every length before it is used.
 * Reused for every message; the buffer's own position stays where it is. Offsets in errors count
 * from the first byte of the message.
 */
public final class WireCursor {

    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private String message = "";
    private int start;
    private int at;
    private int limit;

    /**
     * Begins a message that lies between the buffer's position and its limit.
     *
     * @param source big-endian and backed by an array
     * @param name what the message is, for errors; a constant
     * @throws IllegalArgumentException for a buffer of another kind: a mistake of the caller
     */
    public void begin(ByteBuffer source, String name) {
        if (!source.hasArray() || source.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException(
                    "Needs a big-endian buffer backed by an array, got "
                            + source.order()
                            + (source.hasArray() ? " with" : " without")
                            + " an array");
        }
        buffer = source;
        message = name;
        start = source.position();
        at = start;
        limit = source.limit();
    }

    /** Says more exactly what the message is, for example {@code Insert}. */
    public void name(String name) {
        message = name;
    }

    /** Bytes of the message that haven't been read. */
    public int remaining() {
        return limit - at;
    }

    /** Reads one byte. */
    public byte int8(String field) {
        return buffer.get(advance(1, field));
    }

    /** Reads two bytes, signed. */
    public short int16(String field) {
        return buffer.getShort(advance(2, field));
    }

    /** Reads four bytes, signed. */
    public int int32(String field) {
        return buffer.getInt(advance(4, field));
    }

    /** Reads eight bytes, signed. */
    public long int64(String field) {
        return buffer.getLong(advance(8, field));
    }

    /**
     * Passes over {@code length} bytes.
     *
     * @return the absolute index of the first of them in the buffer
     */
    public int skip(int length, String field) {
        if (length < 0) {
            throw malformed(field, at, "a length of at least 0", Integer.toString(length));
        }
        return advance(length, field);
    }

    /** Reads a string in UTF-8 that ends with a zero byte. */
    public String string(String field) {
        int end = at;
        while (end < limit && buffer.get(end) != 0) {
            end++;
        }
        if (end == limit) {
            throw malformed(field, at, "a string that ends with a zero byte", "none");
        }
        try {
            String text = utf8.decode(buffer.slice(at, end - at)).toString();
            at = end + 1;
            return text;
        } catch (CharacterCodingException e) {
            throw malformed(field, at, "a string in UTF-8", "other bytes");
        }
    }

    /** Ends the message: nothing may be left. */
    public void end() {
        if (at != limit) {
            throw malformed("end", at, "no more bytes", Integer.toString(limit - at));
        }
    }

    /**
     * An error at the last byte read.
     *
     * @param field what was being read
     * @param expected what the protocol says there
     * @param found what is there instead: a length, a code; never a value of the user's
     */
    public MalformedMessageException malformed(String field, String expected, String found) {
        return malformed(field, Math.max(start, at - 1), expected, found);
    }

    private int advance(int length, String field) {
        int from = at;
        if (length > limit - from) {
            throw malformed(
                    field,
                    from,
                    length + (length == 1 ? " byte" : " bytes"),
                    Integer.toString(limit - from));
        }
        at = from + length;
        return from;
    }

    private MalformedMessageException malformed(
            String field, int offset, String expected, String found) {
        return new MalformedMessageException(
                "Malformed "
                        + message
                        + " message: "
                        + field
                        + " at offset "
                        + (offset - start)
                        + ": expected "
                        + expected
                        + ", found "
                        + found);
    }
}
