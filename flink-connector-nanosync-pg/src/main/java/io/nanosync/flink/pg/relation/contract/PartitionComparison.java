package io.nanosync.flink.pg.relation.contract;

import io.nanosync.flink.pg.relation.IdentityKey;
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
                                        + " it meanwhile is missing",
                                captured.name()));
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
                    captured,
                    subject
                            + (partition.kind() == 'f' ? " is a foreign table" : " is unlogged")
                            + ": its changes are not in the WAL",
                    "ALTER TABLE "
                            + captured.name().sql()
                            + " DETACH PARTITION "
                            + partition.name().sql());
            return false;
        }
        IdentityKey root = IdentityKey.of(schema);
        IdentityKey own = new IdentityKey(partition.identity(), partition.key());
        if (!publication.publishesOldRows() || own.agreesWith(root)) {
            return true;
        }
        costs(
                captured,
                subject
                        + " has "
                        + own
                        + ", its root has "
                        + root
                        + ": old rows of it would come with made-up nulls",
                root.alter(partition.name()));
        return false;
    }

    private void costs(TableSchema captured, String what, @Nullable String mends) {
        differences.add(new Difference.CostsChanges(what, mends, captured.name()));
    }

    private void harmless(String what) {
        differences.add(new Difference.Harmless(what));
    }
}
