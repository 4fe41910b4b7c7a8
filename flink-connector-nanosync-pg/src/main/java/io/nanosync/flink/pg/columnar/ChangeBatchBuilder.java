package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.TupleSlice;
import org.jspecify.annotations.Nullable;

/**
 * Collects rows of one table into a change batch. Owned and reused by one fetcher. A row call that
 * throws leaves the builder unusable: the reader fails or reconnects with a new one.
 */
public final class ChangeBatchBuilder {

    /** A builder for the table's batches. */
    public ChangeBatchBuilder(TableSchema table, Unrepresentable unrepresentable) {
        throw new UnsupportedOperationException("contract only: " + table + unrepresentable);
    }

    /**
     * Says where the schema's columns stand in the tuples that follow.
     *
     * @param indexes for each column of the schema its index in the tuple
     */
    public void columnIndexes(int[] indexes) {
        throw new UnsupportedOperationException("contract only: " + indexes.length);
    }

    /** Says to which transaction the following changes belong. */
    public void transaction(Lsn commitLsn, long commitTimestampMicros, int xid) {
        throw new UnsupportedOperationException(
                "contract only: " + commitLsn + commitTimestampMicros + xid);
    }

    /** Adds a snapshot row; {@code consistentPoint} is the LSN at which the snapshot was taken. */
    public void snapshotRow(Lsn consistentPoint, TupleSlice row) {
        throw new UnsupportedOperationException("contract only: " + consistentPoint + row);
    }

    /**
     * Adds the truncate that tells consumers to drop all rows of the table with a smaller {@code
     * (commit_lsn, ordinal)}.
     */
    public void snapshotRestart(Lsn consistentPoint) {
        throw new UnsupportedOperationException("contract only: " + consistentPoint);
    }

    /** Adds an insert; {@code ordinal} counts the changes of the transaction from 1. */
    public void insert(long ordinal, TupleSlice newTuple) {
        throw new UnsupportedOperationException("contract only: " + ordinal + newTuple);
    }

    /**
     * Adds an update. Unchanged TOAST columns take their value from a whole old row, else are
     * listed in {@code unchanged}.
     */
    public void update(
            long ordinal, char oldKind, @Nullable TupleSlice oldTuple, TupleSlice newTuple) {
        throw new UnsupportedOperationException(
                "contract only: " + ordinal + oldKind + oldTuple + newTuple);
    }

    /** Adds a delete. */
    public void delete(long ordinal, TupleSlice oldTuple) {
        throw new UnsupportedOperationException("contract only: " + ordinal + oldTuple);
    }

    /** Adds a truncate of the table. */
    public void truncate(long ordinal) {
        throw new UnsupportedOperationException("contract only: " + ordinal);
    }

    /** Rows since the last {@link #build}. */
    public int rows() {
        throw new UnsupportedOperationException("contract only");
    }

    /** About how many bytes the batch will take. */
    public long bytes() {
        throw new UnsupportedOperationException("contract only");
    }

    /** Encodes the rows collected (at least one) and empties the builder. */
    public ChangeBatch build(boolean transactionEnd) {
        throw new UnsupportedOperationException("contract only: " + transactionEnd);
    }
}
