package io.nanosync.flink.pg.table;

import java.math.BigDecimal;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.CharType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the columns of a key-only delete that aren't in the key. Nobody may read them, but
 * Flink's sinks refuse a null in a column that is declared NOT NULL, in deletes too.
 */
final class Placeholder {

    private Placeholder() {}

    /** Null for a nullable type, else the type's zero. */
    static @Nullable Object of(LogicalType declared) {
        if (declared.isNullable()) {
            return null;
        }
        return switch (declared.getTypeRoot()) {
            case BOOLEAN -> false;
            case SMALLINT -> (short) 0;
            case INTEGER, DATE, TIME_WITHOUT_TIME_ZONE -> 0;
            case BIGINT -> 0L;
            case FLOAT -> 0f;
            case DOUBLE -> 0d;
            case DECIMAL -> zero((DecimalType) declared);
            case CHAR -> StringData.fromString(" ".repeat(((CharType) declared).getLength()));
            case VARCHAR -> StringData.fromString("");
            case VARBINARY -> new byte[0];
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                    TimestampData.fromEpochMillis(0);
            default ->
                    throw new IllegalStateException(
                            "No column is ever read as " + declared.asSummaryString());
        };
    }

    private static @Nullable DecimalData zero(DecimalType type) {
        return DecimalData.fromBigDecimal(BigDecimal.ZERO, type.getPrecision(), type.getScale());
    }
}
