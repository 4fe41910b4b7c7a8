package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.HeapTooSmallException;
import io.nanosync.flink.pg.wire.TupleSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Collects rows of one table into a change batch. Owned and reused by one fetcher. A row call that
 * throws leaves the builder unusable: the reader fails or reconnects with a new one.
 *
 * <p>Row calls throw {@link DecodeException} for a tuple that can't be decoded, and {@link
 * IllegalStateException} when snapshot rows and changes are mixed in one batch or a change comes
 * before {@link #transaction}.
 */
public final class ChangeBatchBuilder {

    /** What an encoded batch takes for a column whose vector is empty: a node and its buffers. */
    private static final int COLUMN_HEADER_BYTES = 64;

    /** Measured: schema and its encoded form, decoders and vectors without memory. */
    private static final long OVERHEAD_BYTES = 8 << 10;

    private static final long COLUMN_OVERHEAD_BYTES = 1 << 10;

    private final ChangeSchema schema;

    /** For each column of {@code before} its index among the table's columns. */
    private final int[] identityColumns;

    private final OpVector ops = new OpVector();
    private final TupleWriter before;
    private final TupleWriter after;
    private final PositionColumns positions = new PositionColumns();
    private final UnchangedVector unchanged = new UnchangedVector();
    private final RecordBatchEncoder encoder = new RecordBatchEncoder();
    private final int fixedRowBytes;
    private final int headerBytes;
    private final long overheadBytes;

    private int rows;
    private boolean snapshot;
    private Lsn first = Lsn.NONE;

    /** A builder for the table's batches. */
    public ChangeBatchBuilder(TableSchema table, Unrepresentable unrepresentable) {
        schema = ChangeSchema.of(table);
        identityColumns = IdentityColumns.of(table);
        List<Column> identity = new ArrayList<>();
        for (int index : identityColumns) {
            identity.add(table.columns().get(index));
        }
        Set<String> keys = table.keyColumns();
        before = new TupleWriter(table.name(), identity, identityColumns, keys, unrepresentable);
        after =
                new TupleWriter(
                        table.name(),
                        table.columns(),
                        IntStream.range(0, table.columns().size()).toArray(),
                        keys,
                        unrepresentable);
        fixedRowBytes =
                OpVector.ROW_BYTES
                        + before.struct().fixedBytes()
                        + after.struct().fixedBytes()
                        + positions.fixedBytes()
                        + unchanged.fixedBytes();
        int columns = table.columns().size() + identityColumns.length;
        headerBytes = COLUMN_HEADER_BYTES * (columns + 8);
        overheadBytes = OVERHEAD_BYTES + COLUMN_OVERHEAD_BYTES * columns;
    }

    /** The schema of the batches. */
    public ChangeSchema schema() {
        return schema;
    }

    /**
     * Says where the schema's columns stand in the tuples that follow; until then they stand in the
     * schema's order.
     *
     * @param indexes for each column of the schema its index in the tuple
     */
    public void columnIndexes(int[] indexes) {
        after.columnIndexes(indexes);
        before.columnIndexes(IntStream.of(identityColumns).map(c -> indexes[c]).toArray());
    }

    /** Says to which transaction the following changes belong. */
    public void transaction(Lsn commitLsn, long commitTimestampMicros, int xid) {
        positions.transaction(commitLsn, commitTimestampMicros, xid);
    }

    /** Adds a snapshot row; {@code consistentPoint} is the LSN at which the snapshot was taken. */
    public void snapshotRow(Lsn consistentPoint, TupleSlice row) {
        beginSnapshot(consistentPoint);
        after.writeNew(Op.READ, consistentPoint, rows, row, null, false, unchanged);
        add(Op.READ, 0);
    }

    /**
     * Adds the truncate that tells consumers to drop all rows of the table with a smaller {@code
     * (commit_lsn, ordinal)}.
     */
    public void snapshotRestart(Lsn consistentPoint) {
        beginSnapshot(consistentPoint);
        add(Op.TRUNCATE, -1);
    }

    /** Adds an insert; {@code ordinal} counts the captured changes of the transaction from 1. */
    public void insert(long ordinal, TupleSlice newTuple) {
        beginChange();
        after.writeNew(Op.INSERT, positions.lsn(), rows, newTuple, null, false, unchanged);
        add(Op.INSERT, ordinal);
    }

    /**
     * Adds an update. Unchanged TOAST columns take their value from a whole old row, else are
     * listed in {@code unchanged}.
     */
    public void update(
            long ordinal, char oldKind, @Nullable TupleSlice oldTuple, TupleSlice newTuple) {
        beginChange();
        if (oldTuple != null) {
            before.writeOld(Op.UPDATE, positions.lsn(), rows, oldTuple);
        }
        after.writeNew(
                Op.UPDATE, positions.lsn(), rows, newTuple, oldTuple, oldKind == 'O', unchanged);
        add(Op.UPDATE, ordinal);
    }

    /** Adds a delete. */
    public void delete(long ordinal, TupleSlice oldTuple) {
        beginChange();
        before.writeOld(Op.DELETE, positions.lsn(), rows, oldTuple);
        add(Op.DELETE, ordinal);
    }

    /** Adds a truncate of the table. */
    public void truncate(long ordinal) {
        beginChange();
        add(Op.TRUNCATE, ordinal);
    }

    private void beginSnapshot(Lsn consistentPoint) {
        kind(true);
        positions.snapshot(consistentPoint);
    }

    private void beginChange() {
        kind(false);
        if (!positions.inTransaction()) {
            throw new IllegalStateException(
                    "A change of " + schema.table() + " came before its transaction's Begin");
        }
    }

    private void kind(boolean rowOfSnapshot) {
        if (rows > 0 && snapshot != rowOfSnapshot) {
            throw new IllegalStateException(
                    "Snapshot rows and changes of "
                            + schema.table()
                            + " must not be mixed in one batch");
        }
        snapshot = rowOfSnapshot;
    }

    private void add(Op op, long ordinal) {
        if (rows == 0) {
            first = positions.lsn();
        }
        ops.append(op);
        positions.add(ordinal);
        rows++;
    }

    /** Rows since the last {@link #build}. */
    public int rows() {
        return rows;
    }

    /**
     * About how many bytes the batch will take, 0 without rows; cheap enough to ask after every
     * row.
     */
    public long bytes() {
        return (rows == 0 ? 0 : headerBytes)
                + (long) rows * fixedRowBytes
                + before.struct().variableBytes()
                + after.struct().variableBytes()
                + unchanged.variableBytes();
    }

    /**
     * About how much memory the builder holds, with rows or without: it keeps what its largest
     * batch took. A walk over all columns.
     */
    public long memoryBytes() {
        return overheadBytes
                + ops.memoryBytes()
                + before.struct().memoryBytes()
                + after.struct().memoryBytes()
                + positions.memoryBytes()
                + unchanged.memoryBytes();
    }

    /**
     * Encodes the rows collected and empties the builder; the transaction goes on.
     *
     * @throws IllegalStateException when there are no rows
     */
    public ChangeBatch build() {
        if (rows == 0) {
            throw new IllegalStateException(
                    "A batch of " + schema.table() + " needs at least one row");
        }
        ops.writeTo(encoder);
        before.struct().writeTo(encoder, rows);
        after.struct().writeTo(encoder, rows);
        positions.writeTo(encoder);
        unchanged.writeTo(encoder, rows);
        ChangeBatch batch =
                new ChangeBatch(
                        schema, rows, first, positions.lsn(), null, snapshot, false, encoded());
        reset();
        return batch;
    }

    private byte[] encoded() {
        try {
            return encoder.encode(rows);
        } catch (OutOfMemoryError e) {
            throw HeapTooSmallException.of(
                    "A batch of "
                            + rows
                            + " rows of "
                            + schema.table()
                            + " ("
                            + HeapTooSmallException.megabytes(bytes())
                            + ")",
                    bytes(),
                    e);
        }
    }

    private void reset() {
        ops.reset();
        before.struct().reset();
        after.struct().reset();
        positions.reset();
        unchanged.reset();
        rows = 0;
    }
}
