package io.nanosync.flink.pg.columnar.decoder.text;

import io.nanosync.flink.pg.columnar.VarWidthVector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text under construction, in UTF-8. One a decoder, reused. */
public final class TextBuffer {

    /** Above this size the memory is given back, so that one huge value doesn't stay for ever. */
    private static final int KEPT_BYTES = 1 << 20;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[256];
    private int length;

    /** Empties it. */
    public void clear() {
        length = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[256];
        }
    }

    /** Appends the text as one value. */
    public void appendTo(VarWidthVector vector) {
        vector.append(bytes, 0, length);
    }

    int length() {
        return length;
    }

    byte at(int index) {
        return bytes[index];
    }

    /** The bytes as a string, one a character. */
    String latin1() {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    void put(int oneByte) {
        reserve(1);
        bytes[length++] = (byte) oneByte;
    }

    void ascii(String text) {
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    void copy(ByteBuffer source, int offset, int count) {
        reserve(count);
        source.get(/* index= */ offset, bytes, /* offset= */ length, /* length= */ count);
        length += count;
    }

    /** A signed number in decimal. */
    void number(long value) {
        if (value < 0) {
            put('-');
        }
        unsigned(value < 0 ? -value : value);
    }

    /** An unsigned number in decimal. */
    void unsigned(long value) {
        long rest = value;
        if (rest < 0) {
            // Beyond 2^63: all digits but the last as a positive number, then the last.
            unsigned(Long.divideUnsigned(rest, 10));
            rest = Long.remainderUnsigned(rest, 10);
        }
        int digits = 1;
        for (long limit = rest; limit >= 10; limit /= 10) {
            digits++;
        }
        padded(rest, digits);
    }

    /** The lowest digits of a number that isn't negative, with leading zeros. */
    void padded(long value, int digits) {
        reserve(digits);
        long rest = value;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /** Microseconds as a fraction with its point, without trailing zeros; nothing for none. */
    void fraction(int micros) {
        if (micros != 0) {
            put('.');
            padded(micros, 6);
            while (bytes[length - 1] == '0') {
                length--;
            }
        }
    }

    /** Two hexadecimal digits. */
    void hexByte(int value) {
        reserve(2);
        bytes[length++] = HEX[value >> 4 & 15];
        bytes[length++] = HEX[value & 15];
    }

    /**
     * Puts what was added from {@code start} on in double quotes, and {@code escape} before each
     * double quote and backslash in it; the character itself when {@code escape} is 0.
     */
    void quote(int start, int escape) {
        int escapes = 0;
        for (int i = start; i < length; i++) {
            if (isSpecial(bytes[i])) {
                escapes++;
            }
        }
        reserve(escapes + 2);
        int to = length + escapes + 1;
        int end = to + 1;
        bytes[to--] = '"';
        for (int from = length - 1; from >= start; from--) {
            byte next = bytes[from];
            bytes[to--] = next;
            if (isSpecial(next)) {
                bytes[to--] = escape == 0 ? next : (byte) escape;
            }
        }
        bytes[to] = '"';
        length = end;
    }

    private static boolean isSpecial(byte value) {
        return value == '"' || value == '\\';
    }

    private void reserve(int count) {
        if (count > bytes.length - length) {
            long needed = (long) length + count;
            if (needed > Integer.MAX_VALUE - 64) {
                throw new IllegalStateException("The text of one value would exceed 2 GiB");
            }
            long capacity = Math.max(needed, bytes.length * 2L);
            bytes = Arrays.copyOf(bytes, (int) Math.min(capacity, Integer.MAX_VALUE - 64));
        }
    }
}
