package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.config.Partitioning;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads table data under an exported snapshot, one transaction a split; reusable for split after
 * split. Used by one thread.
 */
public interface SnapshotSession extends CompositeCatalog, AutoCloseable {

    /**
     * How long the server may be silent while it is waited for, beyond which the call fails: it may
     * be gone without a word. Time in which nobody reads doesn't count, nor does the time that a
     * large row takes to come. A minute at first; zero for any time.
     */
    void patience(Duration silence) throws PgException;

    /**
     * Begins a transaction on the snapshot and proves that it is the same one.
     *
     * @throws SnapshotLostException when it is gone
     */
    void begin(SnapshotIdentity snapshot) throws PgException;

    /**
     * {@link #begin}, whose COPY of this file reads the whole table or a bitmap of an index, block
     * by block either way, instead of ranges of blocks.
     *
     * @param range the condition that the rows meet, one of {@link #ranges}
     * @param column by whose values; null where that isn't known. Decides how it is read alone
     * @throws SnapshotLostException when the snapshot is gone
     */
    void beginByValue(
            SnapshotIdentity snapshot, TableFile file, String range, @Nullable String column)
            throws PgException;

    /**
     * Locks the table's file in ACCESS SHARE MODE and compares its file node with that of the
     * snapshot.
     *
     * @throws TableRewrittenException when it was rewritten since
     */
    void lock(TableFile file) throws PgException;

    /**
     * Under which condition a publication publishes rows of a captured table, as of the snapshot:
     * SQL over its columns.
     *
     * @param table OID of the table as which the rows are published
     * @return null when all are
     * @throws TableRewrittenException when it can't be told any more, as the table was dropped
     */
    @Nullable String rowFilter(String publication, int table) throws PgException;

    /**
     * Divides a table's file that is locked by the values of a column.
     *
     * @param parts how many to make; where values are few there are fewer
     * @return conditions in SQL of which each row meets exactly one; none when the column doesn't
     *     divide it
     */
    List<String> ranges(TableFile file, Partitioning.ByColumn by, int parts) throws PgException;

    /**
     * Starts {@code COPY (query) TO STDOUT (FORMAT binary)}.
     *
     * @param filter the row filter that is part of the query; null without one
     * @throws TableRewrittenException here or at its first row, when a range of values names what
     *     was renamed or dropped since
     */
    void startCopy(String query, @Nullable String filter) throws PgException;

    /**
     * The next message of the COPY: a whole row; the first also holds the header, the last is the
     * trailer. Null at the end. Blocks.
     */
    @Nullable ByteBuffer nextCopyData() throws PgException;

    /** Ends the transaction. */
    void commit() throws PgException;

    /** The server that answers; outside of any COPY. */
    ServerRun server() throws PgException;

    /** From any thread: makes a blocked call fail soon. */
    void abort();

    /**
     * From any thread: {@link #abort}, and the server stops what it is doing, which it may else do
     * to the end. Blocks while it connects, a few seconds at most.
     */
    void cancel();

    @Override
    void close();
}
