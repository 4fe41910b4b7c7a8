package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.wire.TupleSlice;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage.RelationColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
    private @Nullable ChangeBatchBuilder builder;

    /** Of each column its index in this connection's tuples; null before it was described. */
    private int @Nullable [] columnIndexes;

    /** What the server said of the table as it was before its snapshot; null when it has effect. */
    private @Nullable RelationMessage later;

    /** The transaction that the builder was told last; counts up over the whole stream. */
    private long transaction = NO_TRANSACTION;

    /** The transaction whose changes are counted. */
    private long countedTransaction = NO_TRANSACTION;

    private long changes;

    /** Bytes of the builder's rows that were counted. */
    private long countedBytes;

    private boolean touched;

    private final PartitionIdentities partitions;

    CapturedTable(TableSchema schema) {
        this.schema = schema;
        this.partitions = new PartitionIdentities(schema);
    }

    TableSchema schema() {
        return schema;
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
            builder = new ChangeBatchBuilder(schema, unrepresentable);
            if (columnIndexes != null) {
                builder.columnIndexes(columnIndexes);
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

    /** Counts a change of a transaction; gives how many there are. */
    long count(long ofTransaction) {
        changes = changesOf(ofTransaction) + 1;
        countedTransaction = ofTransaction;
        return changes;
    }

    /** How many changes of a transaction were counted. */
    long changesOf(long ofTransaction) {
        return countedTransaction == ofTransaction ? changes : 0;
    }

    /** Whether the server has described the table on this connection. */
    boolean isDescribed() {
        return columnIndexes != null;
    }

    /** The connection is gone: the server describes the table again on the next one. */
    void forgetDescription() {
        columnIndexes = null;
        later = null;
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
     * Takes the server's description in front of changes that came with the snapshot. The table may
     * have been altered between them and the snapshot, and then it is described again behind.
     */
    void describeLater(RelationMessage relation) {
        columnIndexes = null;
        later = relation;
    }

    /**
     * A change is to be taken: the description in front of former ones holds, if there was none.
     */
    void describeNow(StreamCatalog catalog) {
        if (later != null) {
            describe(later, catalog);
        }
    }

    /**
     * Compares the server's description with the schema last accepted.
     *
     * @throws PipelineFailedException when they differ: says exactly how
     */
    void describe(RelationMessage relation, StreamCatalog catalog) {
        later = null;
        List<String> differences = differences(relation, catalog);
        if (!differences.isEmpty()) {
            throw new PipelineFailedException(
                    "The schema of "
                            + schema.name()
                            + " has changed: "
                            + String.join("; ", differences)
                            + ". All changes made before were taken. The next one was made under"
                            + " the new schema, and comes so again even when that is undone."
                            + " Accepting a changed schema isn't supported yet. "
                            + catalog.tableAgain(schema.name())
                            + catalog.freshStart());
        }
        Map<String, Integer> positions = new HashMap<>();
        for (int i = 0; i < relation.columns().size(); i++) {
            positions.put(relation.columns().get(i).name(), i);
        }
        int[] indexes =
                schema.columns().stream()
                        .mapToInt(column -> positions.get(column.name()))
                        .toArray();
        columnIndexes = indexes;
        if (builder != null) {
            builder.columnIndexes(indexes);
        }
    }

    private List<String> differences(RelationMessage relation, StreamCatalog catalog) {
        List<String> differences = new ArrayList<>();
        if (!relation.name().equals(schema.name())) {
            differences.add("it is now named " + relation.name());
        }
        if (relation.identity() != schema.identity()) {
            differences.add(
                    "its replica identity was "
                            + schema.identity()
                            + " and is now "
                            + relation.identity());
        }
        Map<String, RelationColumn> now = new HashMap<>();
        relation.columns().forEach(column -> now.put(column.name(), column));
        for (Column column : schema.columns()) {
            RelationColumn found = now.remove(column.name());
            if (found == null) {
                differences.add("column \"" + column.name() + "\" is gone");
            } else {
                compare(column, found, catalog, differences);
            }
        }
        now.keySet().stream()
                .sorted()
                .forEach(added -> differences.add("column \"" + added + "\" is new"));
        return differences;
    }

    private static void compare(
            Column column, RelationColumn found, StreamCatalog catalog, List<String> differences) {
        if (found.typeOid() != column.type().oid() || found.typmod() != column.typmod()) {
            differences.add(
                    "column \""
                            + column.name()
                            + "\" was "
                            + column.typeText()
                            + " and is now "
                            + catalog.typeText(found.typeOid(), found.typmod()));
        }
        if (found.identity() != column.identity()) {
            differences.add(
                    "column \""
                            + column.name()
                            + (found.identity() ? "\" joined" : "\" left")
                            + " the replica identity");
        }
    }
}
