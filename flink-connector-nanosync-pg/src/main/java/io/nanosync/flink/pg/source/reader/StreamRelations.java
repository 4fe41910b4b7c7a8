package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Tells from the descriptions in the stream of which table a change is, and refuses what would make
 * changes of captured tables go missing. Of one connection.
 *
 * <p>Right in front of an insert, update or delete pgoutput describes what it hasn't described yet
 * of that change, and nothing else: the table whose name the change comes under, and, when that is
 * the root of a partition, the partition right behind it. In front of a truncate it describes each
 * of the tables that are truncated, and never a partition behind its root. So what two descriptions
 * have to do with each other says the message that follows them.
 *
 * <p>Source: PostgreSQL, {@code src/backend/replication/pgoutput/pgoutput.c}, {@code
 * maybe_send_schema} and its callers. Before 15 it may describe a table whose delete it then
 * doesn't send: such a description belongs to nothing.
 */
final class StreamRelations {

    private final StreamCatalog catalog;
    private final Map<Integer, CapturedTable> tables;
    private final ShownChanges shown;
    private final Map<QualifiedName, Integer> names = new HashMap<>();

    /** Described since the last message that was none of these. */
    private final List<RelationMessage> pending = new ArrayList<>();

    /** The partition that the change at hand was described to be of; null when that isn't told. */
    private @Nullable Integer partition;

    /** Tables under whose own names changes came that aren't captured; before 15 only. */
    private final Queue<RelationMessage> strangers = new ArrayDeque<>();

    /**
     * @param tables the captured tables by OID
     * @param shown what the transaction at hand did that came with a snapshot: what a table was
     *     then, or was called, doesn't matter
     */
    StreamRelations(StreamCatalog catalog, Map<Integer, CapturedTable> tables, ShownChanges shown) {
        this.catalog = catalog;
        this.tables = tables;
        this.shown = shown;
        tables.values().forEach(table -> names.put(table.schema().name(), table.schema().oid()));
    }

    /** The connection is gone; OIDs may come to stand for other tables. */
    void forget() {
        pending.clear();
        strangers.clear();
    }

    /**
     * Takes a description.
     *
     * @throws PipelineFailedException when it is of another table than was captured under its name
     */
    void describe(RelationMessage relation, Lsn lsn) {
        CapturedTable table = tables.get(relation.oid());
        if (table == null) {
            refuseNamesake(relation, lsn);
        } else {
            table.describe(relation);
        }
        pending.add(relation);
    }

    /** A captured table may have another name from now on. */
    void renamed(QualifiedName former, QualifiedName now, int oid) {
        names.remove(former, oid);
        names.put(now, oid);
    }

    private void refuseNamesake(RelationMessage relation, Lsn lsn) {
        Integer namesake = names.get(relation.name());
        if (namesake != null && !shown.contain(namesake)) {
            throw failed(
                    relation.name(),
                    "A change near LSN "
                            + lsn
                            + " is of table "
                            + described(relation)
                            + ", and that name is captured under OID "
                            + Integer.toUnsignedString(namesake)
                            + ": the table was dropped and made again, or another one has its name"
                            + " now");
        }
    }

    /**
     * An insert, update or delete follows what was described.
     *
     * @param oid the table whose name it comes under
     * @throws PipelineFailedException when changes of a captured table would go missing
     */
    void change(int oid, Lsn lsn) {
        partition = null;
        if (pending.isEmpty()) {
            return;
        }
        int last = pending.size() - 1;
        RelationMessage nearest = pending.get(last);
        if (nearest.oid() == oid) {
            standsForItself(nearest, lsn);
        } else if (last > 0 && pending.get(last - 1).oid() == oid) {
            standsForPartition(pending.get(last - 1), nearest, lsn);
        }
        pending.clear();
    }

    /**
     * The partition of which the change at hand is, when it was described right in front of it; it
     * isn't when the connection has described it before. Null when it isn't told.
     */
    @Nullable Integer partition() {
        return partition;
    }

    /**
     * A truncate follows what was described.
     *
     * @param oids the tables that are truncated
     * @throws PipelineFailedException when one is a partition of a captured table, or one that
     *     isn't captured was emptied with a captured partition that isn't named
     */
    void truncate(List<Integer> oids, Lsn lsn) {
        for (int oid : oids) {
            if (!tables.containsKey(oid)) {
                requireNamed(catalog.below(oid), oids, oid, lsn);
            }
        }
        for (RelationMessage relation : pending) {
            if (oids.contains(relation.oid())) {
                standsForItself(relation, lsn);
            }
        }
        pending.clear();
    }

    private void requireNamed(List<Integer> below, List<Integer> oids, int ancestor, Lsn lsn) {
        for (int oid : below) {
            CapturedTable table = tables.get(oid);
            if (table != null && !oids.contains(oid) && !shown.contain(oid)) {
                throw failed(
                        table.schema().name(),
                        "A truncate near LSN "
                                + lsn
                                + " is of the table with OID "
                                + Integer.toUnsignedString(ancestor)
                                + ", of which captured table "
                                + table.schema().name()
                                + " is a partition, and doesn't name that one:"
                                + " publish_via_partition_root is on, and the publication covered"
                                + " the other one too");
            }
        }
    }

    /** A transaction begins or ends: what was described before belongs to no change. */
    void nothing() {
        pending.clear();
    }

    private void standsForItself(RelationMessage relation, Lsn lsn) {
        if (catalog.isByThen() || tables.containsKey(relation.oid())) {
            return;
        }
        Integer root = catalog.rootOf(relation.oid());
        if (root != null) {
            refusePartition(relation, root, lsn);
        }
        strangers.add(relation);
    }

    private void standsForPartition(RelationMessage root, RelationMessage leaf, Lsn lsn) {
        if (tables.containsKey(leaf.oid()) && !shown.contain(leaf.oid())) {
            throw failed(
                    leaf.name(),
                    "A change of captured table "
                            + described(leaf)
                            + " near LSN "
                            + lsn
                            + " comes under the name of "
                            + described(root)
                            + ", of which it was a partition then:"
                            + " publish_via_partition_root is on, and the publication covered"
                            + " that one too");
        }
        CapturedTable table = tables.get(root.oid());
        if (table == null) {
            standsForItself(root, lsn);
        } else {
            table.partitions().describe(leaf);
            partition = leaf.oid();
        }
    }

    /**
     * A table that isn't captured: look up whether it is a partition of one that is. Given each
     * time it was described, since then it may have become another's; null for none.
     */
    @Nullable RelationMessage takeStranger() {
        return strangers.poll();
    }

    /** Its changes come under its own name, where those of its root were expected. */
    void refusePartition(RelationMessage relation, int root, Lsn lsn) {
        if (shown.contain(root)) {
            return;
        }
        CapturedTable table = tables.get(root);
        throw failed(
                table == null ? relation.name() : table.schema().name(),
                "A change near LSN "
                        + lsn
                        + " is of partition "
                        + relation.name()
                        + " of the captured table with OID "
                        + Integer.toUnsignedString(root)
                        + ", under its own name: publish_via_partition_root is off, or was off"
                        + " then; or the server is older than 15 and had published changes of that"
                        + " table before it was attached");
    }

    private static String described(RelationMessage relation) {
        return relation.name() + " with OID " + Integer.toUnsignedString(relation.oid());
    }

    private PipelineFailedException failed(QualifiedName table, String what) {
        return new PipelineFailedException(
                what
                        + ". Changes may be missing. "
                        + catalog.tableAgain(table)
                        + catalog.freshStart());
    }
}
