package io.nanosync.flink.pg.columnar.decoder.text;

import java.math.BigInteger;

/**
 * The shortest decimal number that reads back as a given binary floating point number; of several
 * the nearest, of two equally near the even one. Numbers on the very border to a neighbour aren't
 * taken, as PostgreSQL doesn't. {@code Double.toString} of Java 17 isn't always shortest.
 *
 * <p>Source: Ulf Adams, "Ryū: fast float-to-string conversion", PLDI 2018; the factors are computed
 * when the class is loaded. One set of factors, made for doubles, serves floats too.
 */
final class ShortestDecimal {

    private static final int INVERSE_BITS = 122;
    private static final int POWER_BITS = 121;
    private static final long[][] INVERSES_OF_5 = new long[292][];
    private static final long[][] POWERS_OF_5 = new long[326][];

    /** Above this power of five no 55-bit number is divisible by it. */
    private static final int MAX_DIVISIBLE_POWER_OF_5 = 21;

    static {
        BigInteger power = BigInteger.ONE;
        for (int i = 0; i < POWERS_OF_5.length; i++) {
            int bits = power.bitLength();
            POWERS_OF_5[i] = halves(power.shiftLeft(POWER_BITS).shiftRight(bits));
            if (i < INVERSES_OF_5.length) {
                BigInteger one = BigInteger.ONE.shiftLeft(bits - 1 + INVERSE_BITS);
                INVERSES_OF_5[i] = halves(one.divide(power).add(BigInteger.ONE));
            }
            power = power.multiply(BigInteger.valueOf(5));
        }
    }

    private long digits;
    private int exponent;

    private static long[] halves(BigInteger value) {
        return new long[] {value.longValue(), value.shiftRight(64).longValue()};
    }

    /** The decimal digits of the number found last, without trailing zeros. */
    long digits() {
        return digits;
    }

    /** The power of ten that they count. */
    int exponent() {
        return exponent;
    }

    /** Finds a double that is finite and not zero; its sign doesn't count. */
    void find(double value) {
        long bits = Double.doubleToRawLongBits(value);
        find(bits & (1L << 52) - 1, (int) (bits >>> 52) & 0x7ff, 52, 1023);
    }

    /** Finds a float that is finite and not zero; its sign doesn't count. */
    void find(float value) {
        int bits = Float.floatToRawIntBits(value);
        find(bits & (1 << 23) - 1, bits >>> 23 & 0xff, 23, 127);
    }

    private void find(long fraction, int biasedExponent, int fractionBits, int bias) {
        long significand = biasedExponent == 0 ? fraction : fraction | 1L << fractionBits;
        int power = Math.max(biasedExponent, 1) - bias - fractionBits;
        if (power <= 0
                && power > -fractionBits - 1
                && Long.numberOfTrailingZeros(significand) >= -power) {
            digits = significand >> -power;
            exponent = 0;
        } else {
            // Below a power of two the next number is only half as far away.
            boolean evenGap = fraction != 0 || biasedExponent <= 1;
            scale(significand, power - 2, evenGap ? 2 : 1);
        }
        stripZeros();
    }

    /**
     * With the number and half the way to its neighbours as {@code 4s + 2}, {@code 4s} and {@code
     * 4s - below}, all times {@code 2^power}: scales these so that they have few digits to remove.
     */
    private void scale(long significand, int power, int below) {
        long middle = significand * 4;
        long upper = middle + 2;
        long lower = middle - below;
        long[] factor;
        int shift;
        boolean middleExact;
        boolean upperExact;
        if (power >= 0) {
            int tens = Math.max(0, ((power * 78_913) >> 18) - (power > 3 ? 1 : 0));
            factor = INVERSES_OF_5[tens];
            shift = -power + tens + INVERSE_BITS + bitsOfPowerOf5(tens) - 1;
            exponent = tens;
            middleExact = isMultipleOfPowerOf5(middle, tens);
            upperExact = isMultipleOfPowerOf5(upper, tens);
        } else {
            int tens = Math.max(0, ((-power * 732_923) >> 20) - (-power > 1 ? 1 : 0));
            int fives = -power - tens;
            factor = POWERS_OF_5[fives];
            shift = tens - bitsOfPowerOf5(fives) + POWER_BITS;
            exponent = tens + power;
            middleExact = Long.numberOfTrailingZeros(middle) >= tens;
            upperExact = Long.numberOfTrailingZeros(upper) >= tens;
        }
        shorten(
                scaled(middle, factor, shift),
                // The upper border itself is too far.
                scaled(upper, factor, shift) - (upperExact ? 1 : 0),
                scaled(lower, factor, shift),
                middleExact);
    }

    /** Removes digits as long as the result stays above {@code lower} and up to {@code upper}. */
    private void shorten(long middle, long upper, long lower, boolean middleExact) {
        long high = upper;
        long low = lower;
        long best = middle;
        long lastDigit = 0;
        boolean exact = middleExact;
        while (high / 10 > low / 10) {
            exact &= lastDigit == 0;
            lastDigit = best % 10;
            best /= 10;
            high /= 10;
            low /= 10;
            exponent++;
        }
        boolean tieToEven = exact && lastDigit == 5 && (best & 1) == 0;
        boolean roundUp = lastDigit >= 5 && !tieToEven;
        digits = best == low || roundUp ? best + 1 : best;
    }

    private void stripZeros() {
        while (digits % 10 == 0) {
            digits /= 10;
            exponent++;
        }
    }

    /**
     * {@code value * factor >> shift}, where {@code shift} is above 64 and the result has 64 bits.
     */
    private static long scaled(long value, long[] factor, int shift) {
        // The value is positive; a factor's lower half uses its sign bit too.
        long carry = Math.multiplyHigh(value, factor[0]) + (factor[0] < 0 ? value : 0);
        long low = value * factor[1];
        long high = Math.multiplyHigh(value, factor[1]);
        long sum = low + carry;
        if (Long.compareUnsigned(sum, low) < 0) {
            high++;
        }
        int rest = shift - 64;
        return (high << (64 - rest)) | (sum >>> rest);
    }

    private static int bitsOfPowerOf5(int power) {
        return ((power * 1_217_359) >> 19) + 1;
    }

    private static boolean isMultipleOfPowerOf5(long value, int power) {
        if (power > MAX_DIVISIBLE_POWER_OF_5) {
            return false;
        }
        long rest = value;
        for (int i = 0; i < power; i++) {
            if (rest % 5 != 0) {
                return false;
            }
            rest /= 5;
        }
        return true;
    }
}
