package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.relation.Column;
import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * One captured column as a field of a Flink row.
 *
 * @param name its name in PostgreSQL and in Flink
 * @param declared its type in the Flink table
 * @param kind what it is in PostgreSQL
 * @param typeText its type in PostgreSQL, for messages
 * @param arrow the Arrow type that batches must have it in
 */
record RowColumn(String name, LogicalType declared, ColumnKind kind, String typeText, String arrow)
        implements Serializable {

    /** The field for a captured column, whose kind must accept the declared type. */
    static RowColumn of(Column column, LogicalType declared) {
        return new RowColumn(
                column.name(),
                declared,
                ColumnKind.of(column),
                column.typeText(),
                ColumnKind.arrow(column).toString());
    }

    /** How its values become Flink's. */
    ValueConverter converter() {
        return Objects.requireNonNull(kind.converter(declared), "checked at planning");
    }

    /** The column for messages: {@code column "total" (numeric(12,2))}. */
    String describe() {
        return "column \"" + name + "\" (" + typeText + ")";
    }
}
