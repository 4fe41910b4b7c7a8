package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.client.LookupRequest;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.columnar.RowImage;
import io.nanosync.flink.pg.columnar.decoder.CopiedColumn;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import io.nanosync.flink.pg.wire.TupleSlice;
import io.nanosync.flink.pg.wire.copy.CopyBinaryDecoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the COPY of one lookup: into a batch, by the decoders that read the snapshot.
 *
 * <p>A row: int4 index of the key, boolean true where it has a row, the columns.
 */
final class LookedUpRowsReader {

    private static final int IN_FRONT = 2;

    private final LookupRequest request;
    private final CopyBinaryDecoder decoder = new CopyBinaryDecoder();
    private final TupleSlice row = new TupleSlice();
    private final ChangeBatchBuilder builder;
    private final int columns;

    /** Places in a row of columns that come as text. */
    private final int[] textPlaces;

    private final Lsn lastCommit;
    private final BitSet read = new BitSet();

    /** For each row of the batch the index of its key. */
    private final List<Integer> found = new ArrayList<>();

    private long bytes;

    LookedUpRowsReader(LookupPlan plan, LookupRequest request, List<Column> columns) {
        this.request = request;
        this.columns = columns.size();
        this.builder =
                new ChangeBatchBuilder(
                        new TableSchema(
                                plan.table().oid(),
                                plan.table().name(),
                                ReplicaIdentity.NOTHING,
                                columns,
                                List.of()),
                        plan.nullsMisfits()
                                ? Unrepresentable.nulling()
                                : Unrepresentable.failing());
        builder.columnIndexes(IntStream.range(IN_FRONT, IN_FRONT + columns.size()).toArray());
        this.textPlaces =
                IntStream.range(0, columns.size())
                        .filter(i -> !CopiedColumn.isBinary(columns.get(i)))
                        .map(i -> IN_FRONT + i)
                        .toArray();
        this.lastCommit = Collections.max(request.transactions().values());
    }

    /** Takes one message of the COPY. */
    void add(ByteBuffer message) throws PgException {
        bytes += message.remaining();
        if (!decoder.next(message, row)) {
            return;
        }
        if (row.count() != IN_FRONT + columns || row.kind(0) != TupleSlice.BINARY) {
            throw new MalformedMessageException(
                    "Looking up "
                            + request
                            + ": expected a number, a boolean and "
                            + columns
                            + " columns, found "
                            + row.count()
                            + " columns");
        }
        int key = row.buffer().getInt(row.offset(0));
        if (read.get(key)) {
            throw PgException.needsPerson(
                    "Cannot read "
                            + request
                            + ": two rows have the same key, so it can't be told which one was"
                            + " updated");
        }
        read.set(key);
        if (row.kind(1) != TupleSlice.NULL) {
            for (int place : textPlaces) {
                CopiedColumn.markText(row, place);
            }
            builder.snapshotRow(lastCommit, row);
            found.add(key);
        }
    }

    /** What was received so far. */
    long bytes() {
        return bytes;
    }

    /** Whether a row came for each key. */
    boolean areAll() {
        return read.cardinality() == request.keys().size();
    }

    /** Says that no more messages come. */
    void end() {
        decoder.finish();
        if (!areAll()) {
            throw new MalformedMessageException(
                    "Looking up " + request + ": found " + read.cardinality() + " of them");
        }
    }

    LookedUpRows read() {
        List<@Nullable RowImage> rows =
                new ArrayList<>(Collections.nCopies(request.keys().size(), null));
        if (!found.isEmpty()) {
            int at = 0;
            for (ChangeRow copied : builder.build().rows()) {
                rows.set(found.get(at++), copied.after());
            }
        }
        return new LookedUpRows(read, rows, bytes);
    }
}
