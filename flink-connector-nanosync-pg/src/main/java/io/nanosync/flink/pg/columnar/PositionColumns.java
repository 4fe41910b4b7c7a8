package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.wal.Lsn;

/**
 * Columns {@code commit_lsn}, {@code ordinal}, {@code commit_ts} and {@code xid}. All but the
 * ordinal are the same for a whole transaction or snapshot and are written once it ends.
 */
final class PositionColumns {

    private final FixedWidthVector commitLsn = new FixedWidthVector(Long.BYTES);
    private final FixedWidthVector ordinals = new FixedWidthVector(Long.BYTES);
    private final FixedWidthVector commitTimestampMicros = new FixedWidthVector(Long.BYTES);
    private final FixedWidthVector xids = new FixedWidthVector(Integer.BYTES);

    private boolean begun;
    private boolean snapshot;
    private Lsn lsn = Lsn.NONE;
    private long timestampMicros;
    private int xid;

    /** Says to which transaction the following rows belong. */
    void transaction(Lsn transactionLsn, long transactionTimestampMicros, int transactionXid) {
        complete();
        begun = true;
        snapshot = false;
        lsn = transactionLsn;
        timestampMicros = transactionTimestampMicros;
        xid = transactionXid;
    }

    /** Says that the following rows are of the snapshot. */
    void snapshot(Lsn consistentPoint) {
        if (!snapshot || lsn.value() != consistentPoint.value()) {
            complete();
            begun = true;
            snapshot = true;
            lsn = consistentPoint;
        }
    }

    /** Adds a row. */
    void add(long ordinal) {
        ordinals.appendLong(ordinal);
    }

    /** Whether the current rows are changes of a transaction. */
    boolean inTransaction() {
        return begun && !snapshot;
    }

    /** Commit LSN of the current transaction, or consistent point of the snapshot. */
    Lsn lsn() {
        return lsn;
    }

    private void complete() {
        int number = ordinals.count() - commitLsn.count();
        if (number == 0) {
            return;
        }
        commitLsn.appendLongs(lsn.value(), number);
        if (snapshot) {
            commitTimestampMicros.appendNulls(number);
            xids.appendNulls(number);
        } else {
            commitTimestampMicros.appendLongs(timestampMicros, number);
            xids.appendInts(xid, number);
        }
    }

    void writeTo(ColumnVector.BufferWriter writer) {
        complete();
        commitLsn.writeTo(writer);
        ordinals.writeTo(writer);
        commitTimestampMicros.writeTo(writer);
        xids.writeTo(writer);
    }

    int fixedBytes() {
        return commitLsn.fixedBytes()
                + ordinals.fixedBytes()
                + commitTimestampMicros.fixedBytes()
                + xids.fixedBytes();
    }

    long memoryBytes() {
        return commitLsn.memoryBytes()
                + ordinals.memoryBytes()
                + commitTimestampMicros.memoryBytes()
                + xids.memoryBytes();
    }

    /** Empties the columns; the transaction goes on. */
    void reset() {
        commitLsn.reset();
        ordinals.reset();
        commitTimestampMicros.reset();
        xids.reset();
    }
}
