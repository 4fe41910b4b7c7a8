package io.nanosync.flink.pg.table;

import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Writes values in Flink's internal form into a field of rows in Flink's binary form. For one
 * thread.
 */
@FunctionalInterface
interface FieldSetter {

    /** Writes a value. */
    void set(BinaryRowWriter to, int place, Object value);

    /** For a field of this type, one of those that columns and metadata can have. */
    static FieldSetter of(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> (to, place, value) -> to.writeBoolean(place, (boolean) value);
            case SMALLINT -> (to, place, value) -> to.writeShort(place, (short) value);
            case INTEGER, DATE, TIME_WITHOUT_TIME_ZONE ->
                    (to, place, value) -> to.writeInt(place, (int) value);
            case BIGINT -> (to, place, value) -> to.writeLong(place, (long) value);
            case FLOAT -> (to, place, value) -> to.writeFloat(place, (float) value);
            case DOUBLE -> (to, place, value) -> to.writeDouble(place, (double) value);
            case DECIMAL -> {
                int precision = LogicalTypeChecks.getPrecision(type);
                yield (to, place, value) -> to.writeDecimal(place, (DecimalData) value, precision);
            }
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
                int precision = LogicalTypeChecks.getPrecision(type);
                yield (to, place, value) ->
                        to.writeTimestamp(place, (TimestampData) value, precision);
            }
            case CHAR, VARCHAR -> (to, place, value) -> to.writeString(place, (StringData) value);
            case VARBINARY -> (to, place, value) -> to.writeBinary(place, (byte[]) value);
            default -> new NestedSetter(type);
        };
    }
}
