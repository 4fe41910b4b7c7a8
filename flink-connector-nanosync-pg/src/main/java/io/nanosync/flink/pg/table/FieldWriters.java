package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.relation.Column;
import org.apache.arrow.vector.types.pojo.ArrowType.ArrowTypeID;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;

/** The writers of fields. */
final class FieldWriters {

    private FieldWriters() {}

    /**
     * The writer of a column's values: numbers that every field of the declared type holds, and
     * texts, go without an object for each, all others as a converter makes them.
     */
    static FieldWriter of(Column column, LogicalType declared, ValueConverter converter) {
        return switch (ColumnKind.of(column)) {
            case BOOLEAN ->
                    (row, index, to, place) -> {
                        to.writer().writeBoolean(place, row.booleanValue(index));
                        return true;
                    };
            case INT2, INT4, INT8 -> integer(declared);
            case FLOAT8 ->
                    (row, index, to, place) -> {
                        to.writer().writeDouble(place, row.doubleValue(index));
                        return true;
                    };
            default ->
                    declared.is(LogicalTypeFamily.CHARACTER_STRING)
                                    && ColumnKind.arrow(column).getTypeID() == ArrowTypeID.Utf8
                            ? new TextWriter(declared)
                            : converted(converter);
        };
    }

    private static FieldWriter integer(LogicalType declared) {
        return switch (declared.getTypeRoot()) {
            case SMALLINT ->
                    (row, index, to, place) -> {
                        to.writer().writeShort(place, (short) row.intValue(index));
                        return true;
                    };
            case INTEGER ->
                    (row, index, to, place) -> {
                        to.writer().writeInt(place, row.intValue(index));
                        return true;
                    };
            default ->
                    (row, index, to, place) -> {
                        to.writer().writeLong(place, row.longValue(index));
                        return true;
                    };
        };
    }

    private static FieldWriter converted(ValueConverter converter) {
        return (row, index, to, place) -> {
            Object value = converter.convert(row, index);
            if (value == null) {
                return false;
            }
            to.set(place, value);
            return true;
        };
    }
}
