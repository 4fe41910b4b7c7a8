package io.nanosync.flink.pg.table;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.catalog.WatermarkSpec;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * What the Flink table declares.
 *
 * @param columns the columns that the connector reads, in order; no computed or metadata columns
 * @param key names of the columns of its PRIMARY KEY; empty without one
 * @param metadata the metadata columns, in order; those that there are none of are left out: Flink
 *     refuses them
 * @param rowtime the column that a watermark is for; null without one, and where it is computed
 */
record Declaration(
        List<Field> columns,
        List<String> key,
        List<MetadataField> metadata,
        @Nullable Rowtime rowtime) {

    /** One declared column. */
    record Field(String name, LogicalType type) {}

    /** One declared metadata column. */
    record MetadataField(String name, LogicalType type, Metadata metadata) {}

    /**
     * A column that a watermark is for.
     *
     * @param metadata null when it is one of the table's own
     */
    record Rowtime(String column, @Nullable Metadata metadata) {}

    /** The metadata columns whose values are those of a change, not of the table. */
    List<MetadataField> ofChanges() {
        return metadata.stream().filter(field -> field.metadata().isOfChange()).toList();
    }

    /** The same without a column, in the key too. */
    Declaration without(String name) {
        return new Declaration(
                columns.stream().filter(field -> !field.name().equals(name)).toList(),
                key.stream().filter(column -> !column.equals(name)).toList(),
                metadata,
                rowtime);
    }

    /** The place of a column; null when there is none of the name. */
    @Nullable Integer place(String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        return null;
    }

    /** Flink has one at most. */
    private static @Nullable Rowtime rowtime(ResolvedSchema schema, List<MetadataField> metadata) {
        for (WatermarkSpec watermark : schema.getWatermarkSpecs()) {
            String name = watermark.getRowtimeAttribute();
            Column column = schema.getColumn(name).orElse(null);
            if (column != null && column.isPhysical()) {
                return new Rowtime(name, null);
            }
            for (MetadataField field : metadata) {
                if (field.name().equals(name)) {
                    return new Rowtime(name, field.metadata());
                }
            }
        }
        return null;
    }

    static Declaration of(ResolvedSchema schema) {
        List<Field> columns = new ArrayList<>();
        List<MetadataField> metadata = new ArrayList<>();
        for (Column column : schema.getColumns()) {
            LogicalType type = column.getDataType().getLogicalType();
            if (column.isPhysical()) {
                columns.add(new Field(column.getName(), type));
            } else if (column instanceof Column.MetadataColumn of) {
                String name = of.getMetadataKey().orElse(of.getName());
                Metadata.named(name)
                        .ifPresent(
                                found ->
                                        metadata.add(new MetadataField(of.getName(), type, found)));
            }
        }
        List<String> key =
                schema.getPrimaryKey().map(UniqueConstraint::getColumns).orElse(List.of());
        return new Declaration(columns, List.copyOf(key), metadata, rowtime(schema, metadata));
    }
}
