package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.relation.IdentityKey;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wire.TupleSlice;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage.RelationColumn;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which partitions of one captured table log their old rows otherwise than the table says, as one
 * connection described them. It is by the partition's identity that PostgreSQL logs an old row, and
 * by the root's that it describes it: what the one leaves out comes as null.
 *
 * <p>A partition is described in front of its first change, and again in front of the first one
 * behind each alteration. So one that was described as unlike is so until it is described anew, as
 * far as its own changes go; it may have been altered or detached since without a change of it.
 */
final class PartitionIdentities {

    private final TableSchema root;
    private final IdentityKey own;
    private final Map<Integer, Unlike> unlike = new HashMap<>();

    /**
     * @param key by which the partition logs old rows
     * @param without of the root's columns those that an old row of it lacks
     */
    private record Unlike(QualifiedName name, IdentityKey key, int[] without) {}

    PartitionIdentities(TableSchema root) {
        this.root = root;
        this.own = IdentityKey.of(root);
    }

    /**
     * Takes the description of a partition.
     *
     * <p>Where the root is published with a column list pgoutput describes the columns of the
     * partition that have the listed ones' numbers: other columns, when their order is another one.
     * Of a key's column that it doesn't describe nothing is known here; the contract compares it.
     */
    void describe(RelationMessage partition) {
        IdentityKey key = key(partition.identity(), partition, RelationColumn::identity);
        IdentityKey promised =
                key(root.identity(), partition, column -> own.columns().contains(column.name()));
        if (key.agreesWith(promised)) {
            unlike.remove(partition.oid());
        } else {
            unlike.put(partition.oid(), new Unlike(partition.name(), key, without(key)));
        }
    }

    private static IdentityKey key(
            ReplicaIdentity identity, RelationMessage partition, Predicate<RelationColumn> isPart) {
        return IdentityKey.of(
                identity,
                partition.columns().stream().filter(isPart).map(RelationColumn::name).toList());
    }

    private int[] without(IdentityKey key) {
        return IntStream.range(0, root.columns().size())
                .filter(column -> !key.columns().contains(root.columns().get(column).name()))
                .toArray();
    }

    /** The connection is gone: the next one describes all anew. */
    void forget() {
        unlike.clear();
    }

    /**
     * Why an old row can't be trusted: the partitions that may have logged it and lack some of it,
     * in words. Null when it is as the root's identity promises.
     *
     * @param partition the one that was described right in front of the change; null for none: then
     *     it may be of any
     * @param old null for an update without an old row
     * @param indexes of each of the root's columns its index in the tuple
     */
    @Nullable String doubt(@Nullable Integer partition, @Nullable TupleSlice old, int[] indexes) {
        if (unlike.isEmpty()) {
            return null;
        }
        TreeSet<String> doubts = new TreeSet<>();
        unlike.forEach(
                (oid, leaf) -> {
                    boolean possible = partition == null || partition.equals(oid);
                    if (possible && (old == null || !isWhole(old, leaf, indexes))) {
                        doubts.add(words(leaf));
                    }
                });
        return doubts.isEmpty() ? null : String.join("; ", doubts);
    }

    /**
     * Whether the row has what the root's identity promises, if this partition may have logged it.
     * Under {@code FULL} a value outside of the partition's key says that it was another one. The
     * columns of a key are never null.
     */
    private boolean isWhole(TupleSlice old, Unlike leaf, int[] indexes) {
        if (root.identity() == ReplicaIdentity.FULL) {
            return IntStream.of(leaf.without).anyMatch(column -> hasValue(old, indexes[column]));
        }
        return !own.columns().isEmpty()
                && IntStream.range(0, indexes.length)
                        .filter(column -> root.columns().get(column).identity())
                        .allMatch(column -> hasValue(old, indexes[column]));
    }

    private static boolean hasValue(TupleSlice tuple, int index) {
        return index < tuple.count() && tuple.kind(index) != TupleSlice.NULL;
    }

    private String words(Unlike leaf) {
        return "partition "
                + leaf.name
                + " of "
                + root.name()
                + " has "
                + leaf.key
                + ", its root has "
                + own
                + " (mended for later rows by: "
                + own.alter(leaf.name)
                + ")";
    }
}
