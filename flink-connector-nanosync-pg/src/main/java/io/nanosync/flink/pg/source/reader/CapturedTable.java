package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage.RelationColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A captured table in the stream: its accepted schema, its builder, and where its columns stand in
 * the tuples of this connection.
 */
final class CapturedTable {

    private final TableSchema schema;
    private final ChangeBatchBuilder builder;

    /** The transaction that the builder was told last; counts up over the whole stream. */
    private long transaction = -1;

    private boolean described;

    CapturedTable(TableSchema schema, Unrepresentable unrepresentable) {
        this.schema = schema;
        this.builder = new ChangeBatchBuilder(schema, unrepresentable);
    }

    TableSchema schema() {
        return schema;
    }

    ChangeBatchBuilder builder() {
        return builder;
    }

    /** Whether the builder has to be told of this transaction; remembers that it was. */
    boolean enters(long newTransaction) {
        boolean changed = transaction != newTransaction;
        transaction = newTransaction;
        return changed;
    }

    /** Whether the server has described the table on this connection. */
    boolean isDescribed() {
        return described;
    }

    /** The connection is gone: the server describes the table again on the next one. */
    void forgetDescription() {
        described = false;
    }

    /**
     * Compares the server's description with the schema last accepted.
     *
     * @throws PipelineFailedException when they differ: says exactly how
     */
    void describe(RelationMessage relation) {
        List<String> differences = differences(relation);
        if (!differences.isEmpty()) {
            throw new PipelineFailedException(
                    "The schema of "
                            + schema.name()
                            + " has changed: "
                            + String.join("; ", differences)
                            + ". Accepting a changed schema isn't supported yet: undo the change"
                            + " and resume, or delete the pipeline's state and slot for a fresh"
                            + " snapshot");
        }
        Map<String, Integer> positions = new HashMap<>();
        for (int i = 0; i < relation.columns().size(); i++) {
            positions.put(relation.columns().get(i).name(), i);
        }
        builder.columnIndexes(
                schema.columns().stream()
                        .mapToInt(column -> positions.get(column.name()))
                        .toArray());
        described = true;
    }

    private List<String> differences(RelationMessage relation) {
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
                compare(column, found, differences);
            }
        }
        now.keySet().stream()
                .sorted()
                .forEach(added -> differences.add("column \"" + added + "\" is new"));
        return differences;
    }

    private static void compare(Column column, RelationColumn found, List<String> differences) {
        if (found.typeOid() != column.type().oid()) {
            differences.add(
                    "column \""
                            + column.name()
                            + "\" was "
                            + column.typeText()
                            + " and now has the type with OID "
                            + Integer.toUnsignedString(found.typeOid()));
        } else if (found.typmod() != column.typmod()) {
            differences.add(
                    "column \""
                            + column.name()
                            + "\" was "
                            + column.typeText()
                            + " and now has type modifier "
                            + found.typmod());
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
