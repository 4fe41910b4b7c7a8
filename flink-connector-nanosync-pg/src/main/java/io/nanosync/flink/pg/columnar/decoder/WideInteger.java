package io.nanosync.flink.pg.columnar.decoder;

import java.util.Arrays;

/**
 * An unsigned integer of 128 or 256 bits under construction, for decimals beyond 18 digits. Reused;
 * the caller makes sure that the value fits.
 */
final class WideInteger {

    private static final long LOW_32 = 0xffff_ffffL;

    /** 32 bits each, the lowest first. */
    private final int[] limbs;

    private final byte[] bytes;

    WideInteger(int width) {
        this.limbs = new int[width / 4];
        this.bytes = new byte[width];
    }

    void clear() {
        Arrays.fill(limbs, 0);
    }

    /** Makes it {@code this * factor + addend}; both positive. */
    void multiplyAdd(int factor, int addend) {
        long carry = addend;
        for (int i = 0; i < limbs.length; i++) {
            carry += (limbs[i] & LOW_32) * factor;
            limbs[i] = (int) carry;
            carry >>>= 32;
        }
    }

    /**
     * The value, negated if asked, in two's complement, little-endian. Valid until called again.
     */
    byte[] bytes(boolean negative) {
        long carry = negative ? 1 : 0;
        int flip = negative ? -1 : 0;
        for (int i = 0; i < limbs.length; i++) {
            carry += (limbs[i] ^ flip) & LOW_32;
            int at = i * 4;
            bytes[at] = (byte) carry;
            bytes[at + 1] = (byte) (carry >> 8);
            bytes[at + 2] = (byte) (carry >> 16);
            bytes[at + 3] = (byte) (carry >> 24);
            carry >>>= 32;
        }
        return bytes;
    }
}
