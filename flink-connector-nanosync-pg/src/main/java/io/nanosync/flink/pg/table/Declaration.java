package io.nanosync.flink.pg.table;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * What the Flink table declares.
 *
 * @param columns the columns that the connector reads, in order; no computed or metadata columns
 * @param key names of the columns of its PRIMARY KEY; empty without one
 */
record Declaration(List<Field> columns, List<String> key) {

    /** One declared column. */
    record Field(String name, LogicalType type) {}

    static Declaration of(ResolvedSchema schema) {
        List<Field> columns = new ArrayList<>();
        for (Column column : schema.getColumns()) {
            if (column.isPhysical()) {
                columns.add(new Field(column.getName(), column.getDataType().getLogicalType()));
            }
        }
        List<String> key =
                schema.getPrimaryKey().map(UniqueConstraint::getColumns).orElse(List.of());
        return new Declaration(columns, List.copyOf(key));
    }
}
