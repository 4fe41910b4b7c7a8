package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.BytesReceiver;
import io.nanosync.flink.pg.columnar.RowImage;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * Writes columns that Arrow has as UTF-8, from where the bytes lie. What the type doesn't hold
 * whole doesn't fit.
 */
final class TextWriter implements FieldWriter {

    private final TextLimit limit;
    private final Field field = new Field();

    TextWriter(LogicalType declared) {
        limit = TextLimit.of(declared);
    }

    @Override
    public boolean write(RowImage row, int index, BinaryRows to, int place) {
        field.to = to;
        field.place = place;
        row.bytes(index, field);
        return field.fits;
    }

    /** One field of one row. */
    private final class Field implements BytesReceiver {

        private @Nullable BinaryRows to;
        private int place;
        private boolean fits;

        @Override
        public void receive(byte[] bytes, int offset, int size) {
            fits = limit.holds(bytes, offset, size);
            if (fits && to != null) {
                to.setText(place, bytes, offset, size);
            }
        }
    }
}
