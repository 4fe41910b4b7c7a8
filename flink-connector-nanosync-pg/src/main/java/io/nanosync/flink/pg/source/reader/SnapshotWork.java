package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.RowFilterException;
import io.nanosync.flink.pg.client.ServerRun;
import io.nanosync.flink.pg.client.SnapshotLostException;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.client.TableRewrittenException;
import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.columnar.decoder.CopiedColumn;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.contract.PlacesProof;
import io.nanosync.flink.pg.source.split.RowRange;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import io.nanosync.flink.pg.wire.TupleSlice;
import io.nanosync.flink.pg.wire.copy.CopyBinaryDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one snapshot split: one COPY in one transaction, emitted in pages. Runs on its fetcher's
 * thread.
 */
final class SnapshotWork implements SplitWork {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotWork.class);

    /** How long a server may be silent; longer than the session's time-out for locks. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** What a server reads at least of a table: some 80 MB a second. */
    private static final long BLOCKS_PER_MILLISECOND = 10;

    private static final long LONGEST_WAIT_NANOS = 50_000_000;

    private static final Duration TURN_PATIENCE = Duration.ofMillis(100);

    private final SnapshotSplit split;

    /** What is read of its table. */
    private final TableSchema read;

    /** Which rows of it are wanted; null for all. */
    private final @Nullable String where;

    private final int chunkRows;
    private final long batchBytes;
    private final SnapshotSessions sessions;
    private final SnapshotBuilders builders;
    private final RowFilters filters;
    private final IntSupplier stoppedEpoch;
    private final Turns turns;
    private final EnoughRows enough;
    private final Backoff backoff;

    /** Indexes of the columns that come as text, among those that are read. */
    private final int[] textColumns;

    private final TupleSlice row = new TupleSlice();

    private @Nullable Copy copy;

    /** By which tables are divided now; null where they aren't by a column. */
    private final @Nullable String column;

    private boolean lost;

    /** The rows of the split, and which of them were emitted. */
    private RowRange rows;

    /** Since the last page. */
    private long receivedBytes;

    private final PlacesProof places;

    /** Waits until the server can be asked about the places of its values; null when none does. */
    private @Nullable Step unproven;

    /** A COPY that runs, and what has come of it since the last page. */
    private record Copy(
            SnapshotSession session,
            RowOrder order,
            CopyBinaryDecoder decoder,
            ChangeBatchBuilder builder) {}

    /**
     * @param stoppedEpoch splits of this and earlier snapshots are void
     * @param turns the reader's splits that aren't read to their end; this one takes itself out
     * @param enough what the reader's splits of the table have fetched together
     */
    SnapshotWork(
            SnapshotSplit split,
            SourceConfig config,
            SnapshotSessions sessions,
            SnapshotBuilders builders,
            RowFilters filters,
            IntSupplier stoppedEpoch,
            Turns turns,
            EnoughRows enough) {
        this.split = split;
        this.read = config.read(split.table());
        this.where = config.where(split.table());
        this.chunkRows = config.chunkRows();
        this.batchBytes = config.batchBytes();
        this.column =
                config.partitioning(split.table().name()) instanceof Partitioning.ByColumn by
                        ? by.column()
                        : null;
        this.places = PlacesProof.of(config).of(read.columns());
        this.sessions = sessions;
        this.builders = builders;
        this.filters = filters;
        this.stoppedEpoch = stoppedEpoch;
        this.turns = turns;
        this.enough = enough;
        this.backoff = new Backoff(config.maxReconnectAttempts());
        this.rows = split.rows();
        List<Column> columns = read.columns();
        this.textColumns =
                IntStream.range(0, columns.size())
                        .filter(i -> !CopiedColumn.isBinary(columns.get(i)))
                        .toArray();
    }

    @Override
    public Step fetch() throws IOException {
        boolean hasEnough = unproven == null && enough.areFetched();
        if (split.epoch() <= stoppedEpoch.getAsInt() || hasEnough) {
            close();
            return Step.END;
        }
        if (!isItsTurn()) {
            return Step.NOTHING;
        }
        if (lost || backoff.waitNanos() > 0) {
            LockSupport.parkNanos(
                    lost ? LONGEST_WAIT_NANOS : Math.min(LONGEST_WAIT_NANOS, backoff.waitNanos()));
            return Step.NOTHING;
        }
        try {
            if (unproven == null) {
                if (copy == null) {
                    copy = begin();
                }
                unproven = readPage(copy);
            }
            return takeProven(unproven);
        } catch (SnapshotLostException | TableRewrittenException e) {
            disconnect();
            lost = true;
            return new Step(new Fetched.Lost(e.getMessage()), false);
        } catch (RowFilterException e) {
            disconnect();
            throw filters.ended(e);
        } catch (PgException e) {
            boolean fails = e.recovery() == PgException.Recovery.FAIL || !backoff.failed();
            // With a page at hand it wasn't the COPY that failed.
            if (fails || unproven == null) {
                disconnect();
            }
            if (fails) {
                throw e;
            }
            LOG.warn(
                    "Reading split {} failed, trying again{}: {}",
                    split.splitId(),
                    rows,
                    e.getMessage());
            return Step.NOTHING;
        }
    }

    /** The page as soon as it is told that its values are at the places of the plan. */
    private Step takeProven(Step page) throws PgException {
        if (places.isNeeded() && page.fetched() != null) {
            requirePlaces();
        }
        unproven = null;
        return page;
    }

    /** Asks outside of the snapshot, in which types are what they were, and on its server. */
    private void requirePlaces() throws PgException {
        SnapshotSession session = sessions.acquire();
        try {
            // It may have waited for rows before, for longer.
            session.patience(PATIENCE);
            ServerRun.of(split.snapshot())
                    .require(session.server(), "look at the types of " + read.name());
            places.require(session);
            sessions.release(session);
        } catch (PgException | RuntimeException e) {
            sessions.discard(session);
            throw e;
        }
    }

    /** Waits a while for the split in front of this one: the two share a worker of the snapshot. */
    private boolean isItsTurn() {
        return split.after() == null || turns.awaitEnd(split.after(), TURN_PATIENCE);
    }

    private Copy begin() throws PgException {
        SnapshotSession session = sessions.acquire();
        try {
            // A server that is silent since it finds no row, and not since it is gone, is given
            // twice the time at each try.
            session.patience(
                    patience(split, where != null)
                            .multipliedBy(1L << Math.min(backoff.failures(), 10)));
            if (rows instanceof RowRange.Values values) {
                session.beginByValue(split.snapshot(), split.file(), values.condition(), column);
            } else {
                session.begin(split.snapshot());
            }
            // In front of the lock on the leaf: it locks the root for a moment, and who alters a
            // table locks the root first.
            String filter = filters.of(split, session);
            session.lock(split.file());
            session.startCopy(
                    SnapshotQuery.of(split, read, rows, filter, where, enough.wanted()), filter);
        } catch (PgException | RuntimeException e) {
            sessions.discard(session);
            throw e;
        }
        return new Copy(
                session,
                RowOrder.of(rows, split.file().name()),
                new CopyBinaryDecoder(),
                builders.acquire(read));
    }

    /**
     * How long a server may be silent that reads a split: the rows of a range of values, or those
     * that are wanted, may all lie at the end of what it reads. That of blocks is a part of the
     * table, and mustn't wait for a server that is gone as long as the whole would take.
     *
     * @param someWanted whether rows are left out
     */
    static Duration patience(SnapshotSplit split, boolean someWanted) {
        long silent = split.file().blocks();
        if (split.rows() instanceof RowRange.Blocks part) {
            long end = part.to() == null ? Math.max(part.from(), silent) : part.to();
            silent = someWanted ? end - part.from() : 0;
        }
        return PATIENCE.plusMillis(silent / BLOCKS_PER_MILLISECOND);
    }

    private Step readPage(Copy from) throws PgException {
        ChangeBatchBuilder builder = from.builder();
        ByteBuffer message;
        while ((message = from.session().nextCopyData()) != null) {
            receivedBytes += message.remaining();
            if (!from.decoder().next(message, row)) {
                continue;
            }
            follow(from.order());
            markText();
            builder.snapshotRow(split.consistentPoint(), row);
            if (builder.rows() >= chunkRows || builder.bytes() >= batchBytes) {
                backoff.succeeded();
                return new Step(page(from), false);
            }
        }
        from.decoder().finish();
        from.session().commit();
        sessions.release(from.session());
        copy = null;
        turns.end(split.splitId());
        Step end = builder.rows() > 0 ? new Step(page(from), true) : Step.END;
        builders.release(read, builder);
        return end;
    }

    private Fetched page(Copy from) {
        rows = from.order().rows();
        enough.fetched(from.builder().rows());
        long bytes = receivedBytes;
        receivedBytes = 0;
        return new Fetched.Page(List.of(from.builder().build()), split.at(rows), bytes, null);
    }

    /** Reads the row's ctid: Int32 block and Int16 offset. */
    private void follow(RowOrder order) {
        if (row.count() != read.columns().size() + 1
                || row.kind(0) != TupleSlice.BINARY
                || row.length(0) != 6) {
            throw new MalformedMessageException(
                    "Reading "
                            + split.file().name()
                            + ": expected ctid and "
                            + read.columns().size()
                            + " columns, found "
                            + row.count()
                            + " columns");
        }
        order.read(
                Integer.toUnsignedLong(row.buffer().getInt(row.offset(0))),
                Short.toUnsignedInt(row.buffer().getShort(row.offset(0) + 4)));
    }

    private void markText() {
        for (int column : textColumns) {
            CopiedColumn.markText(row, column + 1);
        }
    }

    @Override
    public void close() {
        turns.end(split.splitId());
        disconnect();
    }

    private void disconnect() {
        if (copy != null) {
            sessions.discard(copy.session());
            copy = null;
        }
    }
}
