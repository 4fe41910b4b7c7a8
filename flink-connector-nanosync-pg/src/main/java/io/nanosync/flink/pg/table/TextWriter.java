package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.BytesReceiver;
import io.nanosync.flink.pg.columnar.RowImage;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * Writes columns that Arrow has as UTF-8, from where the bytes lie. What the type doesn't hold
 * whole doesn't fit.
 */
final class TextWriter implements FieldWriter {

    /** A larger batch isn't kept alive until the next one comes. */
    private static final int KEPT_BYTES = 4 << 20;

    private final TextLimit limit;
    private final Field field = new Field();

    TextWriter(LogicalType declared) {
        limit = TextLimit.of(declared);
    }

    @Override
    public boolean write(RowImage row, int index, BinaryRowWriter to, int place) {
        field.to = to;
        field.place = place;
        row.bytes(index, field);
        return field.fits;
    }

    /** One field of one row. */
    private final class Field implements BytesReceiver {

        private @Nullable BinaryRowWriter to;
        private int place;
        private boolean fits;

        /** Those of the last batch, and as Flink takes them. */
        private byte[] array = {};

        private MemorySegment[] segments = {};

        @Override
        public void receive(byte[] bytes, int offset, int size) {
            fits = limit.holds(bytes, offset, size);
            if (!fits || to == null) {
                return;
            }
            to.writeString(place, new BinaryStringData(segments(bytes), offset, size));
        }

        private MemorySegment[] segments(byte[] bytes) {
            if (bytes == array) {
                return segments;
            }
            MemorySegment[] wrapped = {MemorySegmentFactory.wrap(bytes)};
            if (bytes.length <= KEPT_BYTES) {
                array = bytes;
                segments = wrapped;
            }
            return wrapped;
        }
    }
}
