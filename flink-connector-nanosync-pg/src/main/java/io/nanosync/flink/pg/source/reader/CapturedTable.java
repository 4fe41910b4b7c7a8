package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.drift.Drift;
import io.nanosync.flink.pg.relation.drift.TableShape;
import io.nanosync.flink.pg.relation.drift.TableShape.ColumnShape;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.TupleSlice;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A captured table in the stream: its accepted schema, where its columns stand in the tuples of
 * this connection, and its builder while it has one: {@link StreamBuilders} gives it at the first
 * change and takes it back when other tables need the memory.
 */
final class CapturedTable {

    private static final long NO_TRANSACTION = -1;

    private final TableSchema schema;

    /** What is read of it. */
    private final TableSchema read;

    private @Nullable ChangeBatchBuilder builder;

    /** Of each column its index in this connection's tuples; null before it was described. */
    private int @Nullable [] columnIndexes;

    /** The same of each column that is read. */
    private int @Nullable [] readIndexes;

    /** What the server said of the table since its last change was taken; null for nothing. */
    private @Nullable RelationMessage described;

    /** The transaction that the builder was told last; counts up over the whole stream. */
    private long transaction = NO_TRANSACTION;

    /** Bytes of the builder's rows that were counted. */
    private long countedBytes;

    private boolean touched;

    private final PartitionIdentities partitions;

    /**
     * @param read the accepted schema with the columns alone that are read
     */
    CapturedTable(TableSchema schema, TableSchema read) {
        this.schema = schema;
        this.read = read;
        this.partitions = new PartitionIdentities(schema);
    }

    TableSchema schema() {
        return schema;
    }

    TableSchema read() {
        return read;
    }

    /** The builder of a table that is touched. */
    ChangeBatchBuilder builder() {
        ChangeBatchBuilder held = builder;
        if (held == null) {
            throw new IllegalStateException(schema.name() + " has no builder");
        }
        return held;
    }

    /** Makes the builder if there is none. */
    void needBuilder(Unrepresentable unrepresentable) {
        if (builder == null) {
            builder = new ChangeBatchBuilder(read, unrepresentable);
            if (readIndexes != null) {
                builder.columnIndexes(readIndexes);
            }
        }
    }

    /** Lets go of the builder, which has no rows. */
    void dropBuilder() {
        builder = null;
        transaction = NO_TRANSACTION;
    }

    /** Whether changes of the fetch at hand were added. */
    boolean isTouched() {
        return touched;
    }

    void touched(boolean nowTouched) {
        touched = nowTouched;
    }

    /** Bytes that the builder's rows take beyond what was counted before. */
    long newBytes() {
        long now = builder().bytes();
        long added = now - countedBytes;
        countedBytes = now;
        return added;
    }

    /** Whether the builder has to be told of this transaction; remembers that it was. */
    boolean enters(long newTransaction) {
        boolean changed = transaction != newTransaction;
        transaction = newTransaction;
        return changed;
    }

    /** Whether the server has described the table on this connection. */
    boolean isDescribed() {
        return columnIndexes != null;
    }

    /** The connection is gone: the server describes the table again on the next one. */
    void forgetDescription() {
        columnIndexes = null;
        readIndexes = null;
        described = null;
        partitions.forget();
    }

    /** Its partitions, as this connection described them. */
    PartitionIdentities partitions() {
        return partitions;
    }

    /**
     * Why the old row of a change can't be trusted; null when it can.
     *
     * @param partition of which the change is; null when that isn't told
     */
    @Nullable String doubt(@Nullable Integer partition, @Nullable TupleSlice old) {
        return columnIndexes == null ? null : partitions.doubt(partition, old, columnIndexes);
    }

    /**
     * Takes the server's description. It counts for changes that are taken: those that came with
     * the snapshot, or were taken before and are sent again, may have been made under another
     * schema, and then the table is described again behind them.
     */
    void describe(RelationMessage relation) {
        columnIndexes = null;
        readIndexes = null;
        described = relation;
    }

    /**
     * A change is about to be taken: what was described in front of it has to be the schema last
     * accepted.
     *
     * @param lsn of the change
     * @throws DriftException when it isn't
     */
    void requireAccepted(Lsn lsn) {
        RelationMessage relation = described;
        if (relation == null) {
            return;
        }
        TableShape shape = shape(relation);
        if (!shape.agreesWith(TableShape.of(schema))) {
            throw new DriftException(new Drift(schema, shape, lsn));
        }
        described = null;
        Map<String, Integer> positions = new HashMap<>();
        for (int i = 0; i < relation.columns().size(); i++) {
            positions.put(relation.columns().get(i).name(), i);
        }
        columnIndexes = indexes(schema, positions);
        int[] indexes = indexes(read, positions);
        readIndexes = indexes;
        if (builder != null) {
            builder.columnIndexes(indexes);
        }
    }

    private static int[] indexes(TableSchema of, Map<String, Integer> positions) {
        return of.columns().stream().mapToInt(column -> positions.get(column.name())).toArray();
    }

    private static TableShape shape(RelationMessage relation) {
        return new TableShape(
                relation.oid(),
                relation.name(),
                relation.identity(),
                relation.columns().stream()
                        .map(
                                column ->
                                        new ColumnShape(
                                                column.name(),
                                                column.typeOid(),
                                                column.typmod(),
                                                column.identity()))
                        .toList());
    }
}
