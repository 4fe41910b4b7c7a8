package io.nanosync.flink.pg.columnar.decoder;

import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * Precision and scale of a {@code numeric} that fits an Arrow decimal.
 *
 * @param precision decimal digits in all, 1 to 76
 * @param scale digits after the point, 0 to precision
 */
record DecimalShape(int precision, int scale) {

    private static final int HEADER = 4;
    private static final int MAX_PRECISION_128 = 38;
    private static final int MAX_PRECISION_256 = 76;

    /**
     * The shape that a typmod declares; null when there is none or Arrow has no such decimal.
     *
     * <p>Source: PostgreSQL, {@code src/backend/utils/adt/numeric.c}, {@code make_numeric_typmod}:
     * 4 more than precision in the upper and scale, signed, in the lower 11 bits.
     */
    static @Nullable DecimalShape of(int typmod) {
        if (typmod < HEADER) {
            return null;
        }
        int precision = (typmod - HEADER) >> 16 & 0xffff;
        int scale = ((typmod - HEADER & 0x7ff) ^ 1024) - 1024;
        boolean fits = scale >= 0 && scale <= precision && precision <= MAX_PRECISION_256;
        return fits && precision > 0 ? new DecimalShape(precision, scale) : null;
    }

    /** Bytes of a value: 16 or 32. */
    int bytes() {
        return precision <= MAX_PRECISION_128 ? 16 : 32;
    }

    ArrowType arrow() {
        return new ArrowType.Decimal(precision, scale, bytes() * 8);
    }

    @Override
    public String toString() {
        return "Decimal" + bytes() * 8 + "(" + precision + ", " + scale + ")";
    }
}
