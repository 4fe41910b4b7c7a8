package io.nanosync.flink.pg.columnar;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.arrow.vector.types.pojo.Field;

/** The columns of one encoded batch, and its rows in order. Immutable. */
final class BatchReader implements Iterable<ChangeRow> {

    final BytesReader op;
    final StructReader before;
    final StructReader after;
    final ColumnReader commitLsn;
    final ColumnReader ordinal;
    final ColumnReader commitTimestamp;
    final ColumnReader xid;
    final IntListReader unchanged;
    private final int rows;

    BatchReader(ChangeSchema schema, byte[] recordBatch) {
        List<Field> fields = schema.arrow().getFields();
        BatchBuffers buffers = new BatchBuffers(recordBatch);
        rows = buffers.rows();
        op = new BytesReader(fields.get(0), buffers, fields.get(0).getType());
        before = new StructReader(fields.get(1), buffers);
        after = new StructReader(fields.get(2), buffers);
        commitLsn = ColumnReader.of(fields.get(3), buffers);
        ordinal = ColumnReader.of(fields.get(4), buffers);
        commitTimestamp = ColumnReader.of(fields.get(5), buffers);
        xid = ColumnReader.of(fields.get(6), buffers);
        unchanged = new IntListReader(fields.get(7), buffers);
    }

    @Override
    public Iterator<ChangeRow> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < rows;
            }

            @Override
            public ChangeRow next() {
                if (next >= rows) {
                    throw new NoSuchElementException("The batch has " + rows + " rows");
                }
                return new HeapChangeRow(BatchReader.this, next++);
            }
        };
    }
}
