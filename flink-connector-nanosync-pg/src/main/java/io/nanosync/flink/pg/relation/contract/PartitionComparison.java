package io.nanosync.flink.pg.relation.contract;

import io.nanosync.flink.pg.relation.IdentityKey;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the partitions of one table. One that was attached, detached, created or dropped takes
 * its rows along without a change: that is how partitions work, and no change of a row is missing.
 *
 * <p>Before 15 a walsender remembers of a table that it has met that nobody publishes it, and goes
 * on to leave out its changes when it is attached. A table that was created as a partition can't
 * have been met before.
 *
 * <p>Source: PostgreSQL 14, {@code src/backend/replication/pgoutput/pgoutput.c}, {@code
 * rel_sync_cache_relation_cb}, which doesn't touch {@code replicate_valid}.
 *
 * @param publication the publication now
 * @param catalog what the catalog says
 * @param differences where to put them
 */
record PartitionComparison(
        PublicationTerms publication, CatalogReading catalog, List<Difference> differences) {

    void compare(
            TableSchema captured, TableSchema schema, @Nullable TableTerms then, TableTerms now) {
        Map<Integer, Partition> before = new HashMap<>();
        if (then != null) {
            then.partitions().forEach(partition -> before.put(partition.oid(), partition));
        }
        Set<Integer> known = Set.copyOf(before.keySet());
        Map<Integer, Partition> there = new HashMap<>();
        now.partitions().forEach(partition -> there.put(partition.oid(), partition));
        for (Partition partition : now.partitions()) {
            Partition former = before.remove(partition.oid());
            if (!suits(captured, schema, partition, now) || then == null) {
                continue;
            }
            boolean mayBeLeftOut = former == null && mayBeLeftOut(partition, known, there);
            if (mayBeLeftOut && catalog.unwritten().contains(partition.oid())) {
                differences.add(
                        new Difference.NeedsConnection(
                                "partition "
                                        + partition.name()
                                        + " of "
                                        + captured.name()
                                        + " was attached, and has never been written",
                                captured.oid(),
                                partition));
            } else if (mayBeLeftOut) {
                costs(
                        captured,
                        "partition "
                                + partition.name()
                                + " of "
                                + captured.name()
                                + " was attached, or can't be told to have been created as a"
                                + " partition. Before version 15 PostgreSQL leaves out changes of"
                                + " a table that was written before it is attached, and this one"
                                + " has been written by now. CREATE TABLE … PARTITION OF makes a"
                                + " partition without that",
                        null);
            } else if (former == null) {
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

    /** Whether it, or a new one above it, may have been written before it was attached. */
    private boolean mayBeLeftOut(
            Partition partition, Set<Integer> known, Map<Integer, Partition> there) {
        if (!partition.isLeaf()) {
            return false;
        }
        Partition at = partition;
        while (at != null && !known.contains(at.oid())) {
            if (catalog.attached().contains(at.oid())) {
                return true;
            }
            at = there.get(at.parent());
        }
        return false;
    }

    /** That its changes are in the WAL, with the old rows that the root's identity promises. */
    private boolean suits(
            TableSchema captured, TableSchema schema, Partition partition, TableTerms now) {
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
        String what =
                subject
                        + " has "
                        + own
                        + ", its root has "
                        + root
                        + ": old rows of it would come with made-up nulls";
        String mends = root.alter(partition.name());
        // Under a column list pgoutput may leave out what tells that an old row lacks something.
        if (now.coverage().stream().allMatch(row -> row.columnList() == null)) {
            differences.add(new Difference.Unsettled(what, mends, captured.name()));
        } else {
            costs(captured, what, mends);
        }
        return false;
    }

    private void costs(TableSchema captured, String what, @Nullable String mends) {
        differences.add(new Difference.CostsChanges(what, mends, captured.name()));
    }

    private void harmless(String what) {
        differences.add(new Difference.Harmless(what));
    }
}
