package io.nanosync.flink.pg.relation.contract;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares the partitions of one table. One that was attached, detached, created or dropped takes
 * its rows along without a change: that is how partitions work, and no change of a row is missing.
 *
 * @param publication the publication now
 * @param differences where to put them
 */
record PartitionComparison(PublicationTerms publication, List<Difference> differences) {

    void compare(
            TableSchema captured, TableSchema schema, @Nullable TableTerms then, TableTerms now) {
        Map<Integer, Partition> before = new HashMap<>();
        if (then != null) {
            then.partitions().forEach(partition -> before.put(partition.oid(), partition));
        }
        for (Partition partition : now.partitions()) {
            Partition former = before.remove(partition.oid());
            if (!suits(captured, schema, partition) || then == null) {
                continue;
            }
            if (former == null) {
                harmless("partition " + partition.name() + " of " + captured.name() + " is new");
            } else if (former.xmin() != partition.xmin() || former.parent() != partition.parent()) {
                differences.add(
                        new Difference.ForReview(
                                "partition "
                                        + partition.name()
                                        + " of "
                                        + captured.name()
                                        + " was detached and attached again: what was changed in"
                                        + " it meanwhile is missing"));
            } else if (!former.equals(partition)) {
                harmless(
                        "partition "
                                + partition.name()
                                + " of "
                                + captured.name()
                                + " was altered like its root");
            }
        }
        before.values()
                .forEach(
                        gone ->
                                harmless(
                                        "partition "
                                                + gone.name()
                                                + " of "
                                                + captured.name()
                                                + " was detached or dropped"));
    }

    /** That its changes are in the WAL, with the old rows that the root's identity promises. */
    private boolean suits(TableSchema captured, TableSchema schema, Partition partition) {
        if (!partition.isLeaf()) {
            return true;
        }
        String subject = "partition " + partition.name() + " of " + captured.name();
        if (partition.kind() != 'r' || partition.persistence() != 'p') {
            costs(
                    subject
                            + (partition.kind() == 'f' ? " is a foreign table" : " is unlogged")
                            + ": its changes are not in the WAL",
                    "ALTER TABLE "
                            + captured.name().sql()
                            + " DETACH PARTITION "
                            + partition.name().sql());
            return false;
        }
        List<String> key = keyOf(schema);
        if (!publication.publishesOldRows()
                || agree(schema.identity(), key, partition.identity(), partition.key())) {
            return true;
        }
        costs(
                subject
                        + " has "
                        + described(partition.identity(), partition.key())
                        + ", its root has "
                        + described(schema.identity(), key)
                        + ": old rows of it would come with made-up nulls",
                mends(schema, partition));
        return false;
    }

    /**
     * Whether old rows logged by one identity can be read by the other: both whole, or the same
     * key. Whether a key is the primary one makes no difference.
     */
    static boolean agree(
            ReplicaIdentity one,
            List<String> oneKey,
            ReplicaIdentity other,
            List<String> otherKey) {
        boolean full = one == ReplicaIdentity.FULL;
        return full == (other == ReplicaIdentity.FULL) && (full || oneKey.equals(otherKey));
    }

    /** The key by which old rows are found, sorted. */
    static List<String> keyOf(TableSchema schema) {
        return schema.identity() == ReplicaIdentity.FULL
                ? List.of()
                : schema.identityColumns().stream().sorted().toList();
    }

    /** An identity in words. */
    static String described(ReplicaIdentity identity, List<String> key) {
        return "replica identity "
                + identity
                + (identity == ReplicaIdentity.FULL || identity == ReplicaIdentity.NOTHING
                        ? ""
                        : " (" + String.join(", ", key) + ")");
    }

    private static String mends(TableSchema schema, Partition partition) {
        return alterIdentity(partition.name(), schema.identity());
    }

    /** What gives a partition the identity of its root. */
    static String alterIdentity(QualifiedName partition, ReplicaIdentity identity) {
        return "ALTER TABLE "
                + partition.sql()
                + " REPLICA IDENTITY "
                + (identity == ReplicaIdentity.INDEX
                        ? "USING INDEX <its index on the same columns>"
                        : identity.toString());
    }

    private void costs(String what, @Nullable String mends) {
        differences.add(new Difference.CostsChanges(what, mends));
    }

    private void harmless(String what) {
        differences.add(new Difference.Harmless(what));
    }
}
