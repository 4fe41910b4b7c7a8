package io.nanosync.flink.pg.relation;

import java.util.List;

/**
 * Which columns PostgreSQL logs of an old row.
 *
 * @param identity the replica identity
 * @param columns names of the key's columns, sorted; empty under {@code FULL} and {@code NOTHING}
 */
public record IdentityKey(ReplicaIdentity identity, List<String> columns) {

    /** That of a table. */
    public static IdentityKey of(TableSchema table) {
        return of(table.identity(), table.identityColumns());
    }

    /**
     * An identity as the catalog or a Relation message describes it.
     *
     * @param flagged the columns that are marked as part of it: all, under {@code FULL}
     */
    public static IdentityKey of(ReplicaIdentity identity, List<String> flagged) {
        return new IdentityKey(
                identity,
                identity == ReplicaIdentity.FULL ? List.of() : flagged.stream().sorted().toList());
    }

    /**
     * Whether old rows logged by one can be read by the other: both whole, or the same key. Whether
     * a key is the primary one makes no difference.
     */
    public boolean agreesWith(IdentityKey other) {
        boolean full = identity == ReplicaIdentity.FULL;
        return full == (other.identity == ReplicaIdentity.FULL)
                && (full || columns.equals(other.columns));
    }

    /** The SQL that gives it to a table. */
    public String alter(QualifiedName table) {
        return "ALTER TABLE "
                + table.sql()
                + " REPLICA IDENTITY "
                + (identity == ReplicaIdentity.INDEX
                        ? "USING INDEX <its unique index on " + String.join(", ", columns) + ">"
                        : identity.toString());
    }

    @Override
    public String toString() {
        return "replica identity "
                + identity
                + (columns.isEmpty() ? "" : " (" + String.join(", ", columns) + ")");
    }
}
