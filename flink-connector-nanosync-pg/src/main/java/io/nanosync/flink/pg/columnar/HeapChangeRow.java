package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One row of a batch, read from the batch's bytes. */
final class HeapChangeRow implements ChangeRow {

    private final BatchReader batch;
    private final int row;

    HeapChangeRow(BatchReader batch, int row) {
        this.batch = batch;
        this.row = row;
    }

    @Override
    public Op op() {
        return Op.of(batch.op.message[batch.op.byteOffset(row)]);
    }

    @Override
    public Lsn commitLsn() {
        return new Lsn(batch.commitLsn.longValue(row));
    }

    @Override
    public long ordinal() {
        return batch.ordinal.longValue(row);
    }

    @Override
    public @Nullable Long commitTimestampMicros() {
        return batch.commitTimestamp.isNull(row) ? null : batch.commitTimestamp.longValue(row);
    }

    @Override
    public @Nullable Long xid() {
        return batch.xid.isNull(row) ? null : batch.xid.longValue(row);
    }

    @Override
    public @Nullable RowImage before() {
        return batch.before.isNull(row) ? null : new HeapRowImage(batch.before, row);
    }

    @Override
    public @Nullable RowImage after() {
        return batch.after.isNull(row) ? null : new HeapRowImage(batch.after, row);
    }

    @Override
    public List<Integer> unchanged() {
        return batch.unchanged.isNull(row) ? List.of() : batch.unchanged.value(row);
    }
}
