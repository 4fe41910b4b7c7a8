package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Rows of one table: the element of the stream. An immutable value on the heap; the rows are one
 * encapsulated Arrow IPC record batch.
 *
 * @param schema the schema of the rows
 * @param rowCount number of rows, at least 1
 * @param first commit LSN of the first row; for snapshot rows the snapshot's consistent point
 * @param last commit LSN of the last row
 * @param snapshot whether these are rows of the snapshot (or the truncate that restarts it)
 * @param transactionEnd whether the last row is the last of its source transaction (only with
 *     {@code batch_boundary_signaling})
 * @param recordBatch the rows as an encapsulated Arrow IPC message; don't write to it
 */
public record ChangeBatch(
        ChangeSchema schema,
        int rowCount,
        Lsn first,
        Lsn last,
        boolean snapshot,
        boolean transactionEnd,
        byte[] recordBatch) {

    /** The table. */
    public QualifiedName table() {
        return schema.table();
    }

    /**
     * Loads the rows into Arrow vectors that the caller closes: {@code try (VectorSchemaRoot root =
     * batch.open(allocator))}.
     */
    public VectorSchemaRoot open(BufferAllocator allocator) {
        throw new UnsupportedOperationException("contract only: " + allocator);
    }

    /** The rows, one by one, read from the heap: nothing to close. */
    public Iterable<ChangeRow> rows() {
        throw new UnsupportedOperationException("contract only");
    }
}
