package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.BytesReceiver;
import io.nanosync.flink.pg.columnar.RowImage;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * Writes columns that Arrow has as UTF-8, from where the bytes lie. What the type doesn't hold
 * whole doesn't fit.
 */
final class TextWriter implements FieldWriter {

    private final TextLimit limit;
    private final BatchBytes texts;
    private final Field field = new Field();

    /**
     * @param texts those of the batch, shared by its columns
     */
    TextWriter(LogicalType declared, BatchBytes texts) {
        this.limit = TextLimit.of(declared);
        this.texts = texts;
    }

    @Override
    public boolean write(RowImage row, int index, BinaryRowWriter to, int place) {
        field.to = to;
        field.place = place;
        row.bytes(index, field);
        // It has the row's memory: that of a large one goes with it.
        field.to = null;
        return field.fits;
    }

    /** One field of one row. */
    private final class Field implements BytesReceiver {

        private @Nullable BinaryRowWriter to;
        private int place;
        private boolean fits;

        @Override
        public void receive(byte[] bytes, int offset, int size) {
            fits = limit.holds(bytes, offset, size);
            if (fits && to != null) {
                to.writeString(place, texts.text(bytes, offset, size));
            }
        }
    }
}
