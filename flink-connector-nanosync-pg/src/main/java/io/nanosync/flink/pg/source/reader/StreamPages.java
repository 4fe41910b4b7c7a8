package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes pages of what the stream brings, and holds changes back until their transaction has ended
 * where they come whole. Used by the fetcher's thread.
 */
final class StreamPages implements AutoCloseable {

    private final StreamProgress progress;
    private ChangeAssembler assembler;

    /** Null where changes may come before their transaction has ended. */
    private final @Nullable HeldBatches held;

    /** Up to where pages were made. */
    private StreamPosition given;

    private boolean due;

    /** What waits is to be given in front of the transaction that commits here; null for none. */
    private @Nullable Lsn dueInFrontOf;

    /** Received since the last page, and taken of it. */
    private long receivedBytes;

    private long changes;
    private long batchBytes;

    /** What is read of their tables: each schema once, which is looked at for each page. */
    private final Set<TableSchema> tables = Collections.newSetFromMap(new IdentityHashMap<>());

    StreamPages(ChangeAssembler assembler, StreamProgress progress, @Nullable HeldBatches held) {
        this.assembler = assembler;
        this.progress = progress;
        this.held = held;
        this.given = assembler.position();
    }

    /** The server has sent so much. */
    void received(int bytes) {
        receivedBytes += bytes;
    }

    /** The changes that wait are to be given as soon as they may. */
    void due() {
        due = true;
    }

    /** Whether changes that wait are to be given, and may. */
    boolean areDue() {
        return (due || isAtTransaction()) && mayGive();
    }

    private boolean isAtTransaction() {
        return dueInFrontOf != null && dueInFrontOf.equals(assembler.commitLsn());
    }

    /** Up to where pages were made. */
    StreamPosition given() {
        return given;
    }

    /**
     * Whether whole transactions wait with the first half of one that can't go on: they would wait
     * as long as that one.
     */
    boolean holdWholeTransactions() {
        return !mayGive() && assembler.position().end().isAfter(given.end());
    }

    /**
     * Drops all that waits. It is read again from {@link #given} on, and given in front of the
     * transaction at hand.
     *
     * @param fresh reads it
     */
    void readAgain(ChangeAssembler fresh) throws IOException {
        dueInFrontOf = assembler.commitLsn();
        assembler = fresh;
        due = false;
        changes = 0;
        batchBytes = 0;
        tables.clear();
        if (held != null) {
            held.drop();
        }
    }

    /** A connection goes on within a transaction: its rows come from the one before as well. */
    boolean mayGive() {
        return held == null || !assembler.isInMidst();
    }

    /** Whether changes wait, or the stream has moved without any. */
    boolean haveNews() {
        return haveChanges() || !assembler.position().equals(given);
    }

    /** Whether changes wait. */
    boolean haveChanges() {
        return changes > 0 || assembler.rows() > 0;
    }

    /** The columns that are read of the tables of the changes that wait. */
    List<Column> columns() {
        return Stream.concat(tables.stream(), assembler.waitingTables().stream())
                .flatMap(table -> table.columns().stream())
                .toList();
    }

    /** A fetch has ended: notes what it read, and makes room when that has to wait. */
    void gather() throws IOException {
        if (assembler.rows() > 0) {
            progress.unheld()
                    .read(assembler.position(), assembler.times(), StreamMetrics.nowMicros());
        }
        if (mayGive()) {
            due = false;
        } else if (assembler.isFull()) {
            hold();
            due = true;
        }
    }

    /** Holds back what waits, where the first half of a transaction has to wait for the second. */
    void hold() throws IOException {
        if (held != null) {
            held.add(take());
        }
    }

    private List<ChangeBatch> take() {
        tables.addAll(assembler.waitingTables());
        List<ChangeBatch> batches = assembler.take();
        for (ChangeBatch batch : batches) {
            changes += batch.rowCount();
            batchBytes += batch.recordBatch().length;
        }
        return batches;
    }

    /**
     * A page of all that waits. Only where it {@link #mayGive}.
     *
     * @param split the stream, with the schemas that were accepted
     */
    Fetched.Page give(StreamSplit split, @Nullable CaptureContract contract) throws IOException {
        given = assembler.position();
        if (isAtTransaction()) {
            dueInFrontOf = null;
        }
        List<ChangeBatch> batches = held == null ? take() : held.end(take());
        StreamPage page =
                new StreamPage(
                        given.end(),
                        assembler.takeTransactions(),
                        changes,
                        batchBytes,
                        assembler.newestCommitMicros());
        Fetched.Page fetched =
                new Fetched.Page(batches, split.at(given, contract), receivedBytes, page);
        changes = 0;
        batchBytes = 0;
        tables.clear();
        receivedBytes = 0;
        progress.metrics().fetched(page);
        return fetched;
    }

    /** Removes what is held back. */
    @Override
    public void close() throws IOException {
        if (held != null) {
            held.close();
        }
    }
}
