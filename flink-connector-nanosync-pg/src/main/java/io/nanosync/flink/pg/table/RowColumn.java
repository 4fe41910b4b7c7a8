package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeSchema;
import io.nanosync.flink.pg.relation.Column;
import java.io.Serializable;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;

/**
 * One captured column as a field of a Flink row.
 *
 * @param column the column as it was at planning; it can have the declared type
 * @param declared its type in the Flink table
 */
record RowColumn(Column column, LogicalType declared) implements Serializable {

    /** Its name in PostgreSQL and in Flink. */
    String name() {
        return column.name();
    }

    /**
     * Whether a field of a batch has its values. Where they are read from PostgreSQL's text, by the
     * rules of their type, another type's text could be taken for one.
     */
    boolean isReadFrom(Field field) {
        return field.getType().toString().equals(arrow())
                && (!isParsed() || ChangeSchema.isOfType(field, column));
    }

    private boolean isParsed() {
        return ColumnKind.of(column).isParsed() && !declared.is(LogicalTypeFamily.CHARACTER_STRING);
    }

    /** Whether its values are taken apart by places: those of composites, which have no names. */
    boolean isByPlace() {
        return RowConverter.isWithin(declared);
    }

    /** The Arrow type that batches must have it in. */
    String arrow() {
        return ColumnKind.arrow(column).toString();
    }

    /** How its values become fields of Flink's rows; for one thread. */
    FieldWriter writer() {
        return FieldWriters.of(
                column,
                declared,
                Objects.requireNonNull(
                        ColumnKind.converter(column, declared), "checked at planning"));
    }

    /** The column for messages: {@code column "total" (numeric(12,2))}. */
    String describe() {
        return "column \"" + name() + "\" (" + column.typeText() + ")";
    }
}
