package io.nanosync.flink.pg.table;

import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows in Flink's binary form, which it copies, ships and keeps as they are: field by field
 * in their order, so that a row has the same bytes as Flink's own serializer gives it. State that
 * finds rows by their bytes holds those of both. For one thread.
 */
final class BinaryRows {

    /** Memory above this size isn't kept for the next row. */
    static final int LARGE = 64 << 10;

    private final FieldSetter[] setters;
    private final boolean copied;
    private final BatchBytes texts = new BatchBytes();
    private BinaryRowData row;
    private BinaryRowWriter writer;

    /**
     * @param fields types of the row's fields
     * @param copied whether whoever takes a row copies it before the next one begins, as Flink does
     *     between operators while no objects are reused; else each row has memory of its own
     */
    BinaryRows(List<LogicalType> fields, boolean copied) {
        this.copied = copied;
        setters = fields.stream().map(FieldSetter::of).toArray(FieldSetter[]::new);
        row = new BinaryRowData(setters.length);
        writer = new BinaryRowWriter(row);
    }

    /** Begins a row; all its fields follow, the first one first. */
    void begin(RowKind kind) {
        writer.reset();
        writer.writeRowKind(kind);
    }

    /** Where the fields are written. */
    BinaryRowWriter writer() {
        return writer;
    }

    /** Writes a field's value, which is in Flink's internal form. */
    void set(int place, @Nullable Object value) {
        if (value == null) {
            writer.setNullAt(place);
        } else {
            setters[place].set(writer, place, value);
        }
    }

    /** Writes a text of these bytes of UTF-8, from where they lie. */
    void setText(int place, byte[] array, int offset, int size) {
        writer.writeString(place, texts.text(array, offset, size));
    }

    /** Keeps alive none of the arrays whose texts were written. */
    void forget() {
        texts.forget();
    }

    /** Ends the row. */
    RowData end() {
        writer.complete();
        if (row.getSizeInBytes() > LARGE) {
            RowData large = row;
            row = new BinaryRowData(setters.length);
            writer = new BinaryRowWriter(row);
            return large;
        }
        return copied ? row : row.copy();
    }
}
