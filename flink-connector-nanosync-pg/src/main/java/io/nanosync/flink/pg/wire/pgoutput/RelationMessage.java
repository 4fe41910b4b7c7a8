package io.nanosync.flink.pg.wire.pgoutput;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import java.util.List;

/**
 * A table's schema as of the changes that follow. Sent before its first change on a connection and
 * again after each change of it.
 *
 * @param oid relation OID, unsigned 32 bits
 */
public record RelationMessage(
        int oid, QualifiedName name, ReplicaIdentity identity, List<RelationColumn> columns) {

    /**
     * One column.
     *
     * @param identity whether it belongs to the replica identity
     * @param typeOid {@code pg_type.oid}, unsigned
     * @param typmod {@code atttypmod}
     */
    public record RelationColumn(String name, boolean identity, int typeOid, int typmod) {}
}
