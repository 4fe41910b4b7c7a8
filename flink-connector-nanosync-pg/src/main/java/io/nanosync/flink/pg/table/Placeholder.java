package io.nanosync.flink.pg.table;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.CharType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the columns of a key-only delete that aren't in the key. It means nothing, but
 * Flink's sinks refuse a null in a column that is declared NOT NULL, in deletes too.
 *
 * <p>Flink computes expressions for such a delete before it drops their results: so 1 rather than
 * 0, by which nothing can be divided, and a text that casts to a number.
 */
final class Placeholder {

    private Placeholder() {}

    /** Null for a nullable type, else a value of it. */
    static @Nullable Object of(LogicalType declared) {
        if (declared.isNullable()) {
            return null;
        }
        return switch (declared.getTypeRoot()) {
            case BOOLEAN -> false;
            case SMALLINT -> (short) 1;
            case INTEGER -> 1;
            case BIGINT -> 1L;
            case FLOAT -> 1f;
            case DOUBLE -> 1d;
            case DECIMAL -> smallest((DecimalType) declared);
            case CHAR ->
                    StringData.fromString("1" + " ".repeat(((CharType) declared).getLength() - 1));
            case VARCHAR -> StringData.fromString("1");
            case VARBINARY -> new byte[0];
            // Not empty: by their size might be divided as well.
            case ARRAY -> new GenericArrayData(new @Nullable Object[1]);
            case MAP ->
                    new GenericMapData(
                            Map.of(StringData.fromString("1"), StringData.fromString("1")));
            case ROW -> new GenericRowData(((RowType) declared).getFieldCount());
            case DATE, TIME_WITHOUT_TIME_ZONE -> 0;
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                    TimestampData.fromEpochMillis(0);
            default ->
                    throw new IllegalStateException(
                            "No column is ever read as " + declared.asSummaryString());
        };
    }

    /** One in the last digit: the only number above 0 that every precision and scale holds. */
    private static @Nullable DecimalData smallest(DecimalType type) {
        BigDecimal one = new BigDecimal(BigInteger.ONE, type.getScale());
        return DecimalData.fromBigDecimal(one, type.getPrecision(), type.getScale());
    }
}
