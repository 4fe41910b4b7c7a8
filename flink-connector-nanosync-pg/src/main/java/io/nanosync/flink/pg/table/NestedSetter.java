package io.nanosync.flink.pg.table;

import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryArrayData;
import org.apache.flink.table.data.binary.BinaryMapData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.table.runtime.typeutils.ArrayDataSerializer;
import org.apache.flink.table.runtime.typeutils.InternalSerializers;
import org.apache.flink.table.runtime.typeutils.MapDataSerializer;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;

/** Writes arrays, maps and rows. */
final class NestedSetter implements FieldSetter {

    private final LogicalType type;

    /** Has the memory of its last value. */
    private TypeSerializer<?> serializer;

    NestedSetter(LogicalType type) {
        this.type = type;
        serializer = InternalSerializers.create(type);
    }

    @Override
    public void set(BinaryRowWriter to, int place, Object value) {
        if (write(to, place, value) > BinaryRows.LARGE) {
            serializer = InternalSerializers.create(type);
        }
    }

    /** Returns the value's size in bytes. */
    private int write(BinaryRowWriter to, int place, Object value) {
        if (serializer instanceof ArrayDataSerializer elements) {
            BinaryArrayData array = elements.toBinaryArray((ArrayData) value);
            to.writeArray(place, array, elements);
            return array.getSizeInBytes();
        }
        if (serializer instanceof MapDataSerializer entries) {
            BinaryMapData map = entries.toBinaryMap((MapData) value);
            to.writeMap(place, map, entries);
            return map.getSizeInBytes();
        }
        if (serializer instanceof RowDataSerializer fields) {
            BinaryRowData row = fields.toBinaryRow((RowData) value);
            to.writeRow(place, row, fields);
            return row.getSizeInBytes();
        }
        throw new IllegalStateException("No column is ever read as " + type.asSummaryString());
    }
}
