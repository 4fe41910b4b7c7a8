package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Timeline;
import java.util.Arrays;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table: the element of the stream. An immutable value on the heap; the rows are one
 * encapsulated Arrow IPC record batch.
 *
 * @param schema the schema of the rows
 * @param rowCount number of rows, at least 1
 * @param first commit LSN of the first row; for snapshot rows the snapshot's consistent point
 * @param last commit LSN of the last row
 * @param timeline of the server from which the changes came; null for rows of the snapshot
 * @param snapshot whether these are rows of the snapshot (or the truncate that restarts it)
 * @param transactionEnd whether every source transaction of which a row came so far is complete
 *     with this batch, whatever its table: a place where a sink may commit. Batches up to here and
 *     behind the one marked before are one transaction, or several small ones. Only with {@code
 *     batch_boundary_signaling}
 * @param recordBatch the rows as an encapsulated Arrow IPC message; don't write to it
 */
@PublicEvolving
public record ChangeBatch(
        ChangeSchema schema,
        int rowCount,
        Lsn first,
        Lsn last,
        @Nullable Timeline timeline,
        boolean snapshot,
        boolean transactionEnd,
        byte[] recordBatch) {

    /**
     * Checks the row count.
     *
     * @throws IllegalArgumentException for a batch without rows
     */
    public ChangeBatch {
        if (rowCount < 1) {
            throw new IllegalArgumentException(
                    "A batch of " + schema.table() + " has at least one row, not " + rowCount);
        }
    }

    /** The table. */
    public QualifiedName table() {
        return schema.table();
    }

    /**
     * Loads the rows into Arrow vectors that the caller closes: {@code try (VectorSchemaRoot root =
     * batch.open(allocator))}. What was allocated is released when loading fails.
     */
    public VectorSchemaRoot open(BufferAllocator allocator) {
        return BatchLoader.load(schema.arrow(), recordBatch, allocator);
    }

    /** The rows, one by one, read from the heap: nothing to close. */
    public Iterable<ChangeRow> rows() {
        return new BatchReader(schema, recordBatch);
    }

    /** The same rows, marked as those behind which no transaction is left open. */
    @Internal
    public ChangeBatch endingTransaction() {
        return new ChangeBatch(
                schema, rowCount, first, last, timeline, snapshot, true, recordBatch);
    }

    /** The same rows, as they came from a server on this timeline. */
    @Internal
    public ChangeBatch from(@Nullable Timeline server) {
        return new ChangeBatch(
                schema, rowCount, first, last, server, snapshot, transactionEnd, recordBatch);
    }

    /** How many rows are of which operation. Counts them: ask once. */
    public OpCounts operations() {
        return OpCounts.of(recordBatch);
    }

    /** Equal when all parts are; the record batch by its bytes. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof ChangeBatch that)) {
            return false;
        }
        return rowCount == that.rowCount
                && snapshot == that.snapshot
                && transactionEnd == that.transactionEnd
                && first.equals(that.first)
                && last.equals(that.last)
                && Objects.equals(timeline, that.timeline)
                && schema.equals(that.schema)
                && Arrays.equals(recordBatch, that.recordBatch);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                schema,
                rowCount,
                first,
                last,
                timeline,
                snapshot,
                transactionEnd,
                Arrays.hashCode(recordBatch));
    }

    /** What the batch is, without values. */
    @Override
    public String toString() {
        return "ChangeBatch["
                + schema.table()
                + (snapshot ? ", snapshot, " : ", ")
                + rowCount
                + (rowCount == 1 ? " row, " : " rows, ")
                + first
                + ".."
                + last
                + (transactionEnd ? ", transaction end, " : ", ")
                + recordBatch.length
                + " bytes]";
    }
}
