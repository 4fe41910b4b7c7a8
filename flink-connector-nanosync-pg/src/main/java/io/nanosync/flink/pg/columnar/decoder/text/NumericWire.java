package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * The binary form of {@code numeric}: four 16-bit numbers (count of digits, weight of the first
 * digit, sign, digits shown after the point), then the digits in base 10,000.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/numeric.c}, {@code numeric_send}.
 */
public final class NumericWire {

    public static final int NEGATIVE = 0x4000;
    public static final int NAN = 0xc000;
    public static final int INFINITY = 0xd000;
    public static final int NEGATIVE_INFINITY = 0xf000;

    private static final int HEADER_BYTES = 8;
    private static final int BASE = 10_000;

    private NumericWire() {}

    /** Checks header and length; gives the number of base-10,000 digits. */
    public static int digits(ByteBuffer buffer, int offset, int length) {
        if (length < HEADER_BYTES) {
            throw Malformed.binary("numeric", "at least 8 bytes", length + " bytes");
        }
        int digits = buffer.getShort(offset) & 0xffff;
        Malformed.checkLength("numeric", HEADER_BYTES + digits * 2, length);
        int sign = sign(buffer, offset);
        if ((sign & ~NEGATIVE) != 0 && sign != NAN && (sign & ~0x2000) != INFINITY) {
            throw Malformed.binary("numeric", "a sign of numeric", "another number");
        }
        return digits;
    }

    /** The power of 10,000 that the first digit counts. */
    public static int weight(ByteBuffer buffer, int offset) {
        return buffer.getShort(offset + 2);
    }

    /** 0 or one of the constants of this class. */
    public static int sign(ByteBuffer buffer, int offset) {
        return buffer.getShort(offset + 4) & 0xffff;
    }

    /** Decimal digits shown after the point. */
    static int displayScale(ByteBuffer buffer, int offset) {
        return buffer.getShort(offset + 6) & 0x3fff;
    }

    /** The digit of an index below {@link #digits}, 0 to 9,999. */
    public static int digit(ByteBuffer buffer, int offset, int index) {
        int digit = buffer.getShort(offset + HEADER_BYTES + index * 2);
        if (digit < 0 || digit >= BASE) {
            throw Malformed.binary("numeric", "digits below 10000", "another");
        }
        return digit;
    }
}
