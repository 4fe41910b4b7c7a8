package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.RowImage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/** Booleans, integers, floating point and decimals. */
final class NumberConverters {

    private static final long UNSIGNED_INT = 0xFFFF_FFFFL;

    private NumberConverters() {}

    /** {@code bool}. */
    static @Nullable ValueConverter bool(LogicalType declared) {
        return switch (declared.getTypeRoot()) {
            case BOOLEAN -> RowImage::booleanValue;
            default -> null;
        };
    }

    /** {@code int2}: SMALLINT or wider. */
    static @Nullable ValueConverter int2(LogicalType declared) {
        return switch (declared.getTypeRoot()) {
            case SMALLINT -> (row, index) -> (short) row.intValue(index);
            default -> int4(declared);
        };
    }

    /** {@code int4}: INT or wider. */
    static @Nullable ValueConverter int4(LogicalType declared) {
        return switch (declared.getTypeRoot()) {
            case INTEGER -> RowImage::intValue;
            default -> int8(declared);
        };
    }

    /** {@code int8}. */
    static @Nullable ValueConverter int8(LogicalType declared) {
        return switch (declared.getTypeRoot()) {
            case BIGINT -> RowImage::longValue;
            default -> null;
        };
    }

    /** {@code oid}: unsigned 32 bits, so BIGINT. */
    static @Nullable ValueConverter oid(LogicalType declared) {
        return switch (declared.getTypeRoot()) {
            case BIGINT -> (row, index) -> row.longValue(index) & UNSIGNED_INT;
            default -> null;
        };
    }

    /** {@code float4}: FLOAT, or DOUBLE, which holds every float exactly. */
    static @Nullable ValueConverter float4(LogicalType declared) {
        return switch (declared.getTypeRoot()) {
            case FLOAT -> RowImage::floatValue;
            case DOUBLE -> (row, index) -> (double) row.floatValue(index);
            default -> null;
        };
    }

    /** {@code float8}. */
    static @Nullable ValueConverter float8(LogicalType declared) {
        return switch (declared.getTypeRoot()) {
            case DOUBLE -> RowImage::doubleValue;
            default -> null;
        };
    }

    /** {@code numeric(p,s)} or {@code money}, which Arrow has as a decimal. */
    static @Nullable ValueConverter decimal(LogicalType declared) {
        if (!(declared instanceof DecimalType type)) {
            return null;
        }
        int precision = type.getPrecision();
        int scale = type.getScale();
        return (row, index) -> fit(row.decimalValue(index), precision, scale);
    }

    /** {@code numeric} without precision, which Arrow has as text. */
    static @Nullable ValueConverter decimalText(LogicalType declared) {
        if (!(declared instanceof DecimalType type)) {
            return null;
        }
        int precision = type.getPrecision();
        int scale = type.getScale();
        return (row, index) -> {
            String text = row.stringValue(index);
            // NaN, Infinity and -Infinity are the only values that don't end with a digit.
            return Character.isDigit(text.charAt(text.length() - 1))
                    ? fit(new BigDecimal(text), precision, scale)
                    : null;
        };
    }

    private static @Nullable DecimalData fit(BigDecimal value, int precision, int scale) {
        BigDecimal scaled = value;
        if (value.scale() > scale) {
            BigDecimal cut = value.setScale(scale, RoundingMode.DOWN);
            if (cut.compareTo(value) != 0) {
                return null;
            }
            scaled = cut;
        }
        // Null when there are more digits than the precision allows.
        return DecimalData.fromBigDecimal(scaled, precision, scale);
    }
}
