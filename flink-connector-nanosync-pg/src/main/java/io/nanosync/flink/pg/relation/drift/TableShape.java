package io.nanosync.flink.pg.relation.drift;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the stream tells of a table: as much of its schema as a Relation message has.
 *
 * @param oid {@code pg_class.oid}, unsigned 32 bits
 * @param name its name
 * @param identity its replica identity
 * @param columns its columns as they stand in the tuples
 */
public record TableShape(
        int oid, QualifiedName name, ReplicaIdentity identity, List<ColumnShape> columns) {

    /**
     * One column.
     *
     * @param typeOid {@code pg_type.oid}, unsigned
     * @param typmod {@code atttypmod}
     * @param identity whether it belongs to the replica identity
     */
    public record ColumnShape(String name, int typeOid, int typmod, boolean identity) {}

    /** That of a schema. */
    public static TableShape of(TableSchema schema) {
        return new TableShape(
                schema.oid(),
                schema.name(),
                schema.identity(),
                schema.columns().stream()
                        .map(
                                column ->
                                        new ColumnShape(
                                                column.name(),
                                                column.type().oid(),
                                                column.typmod(),
                                                column.identity()))
                        .toList());
    }

    /** Its columns by name: in which order they stand is nothing that a schema goes by. */
    public Map<String, ColumnShape> byName() {
        Map<String, ColumnShape> byName = new TreeMap<>();
        columns.forEach(column -> byName.put(column.name(), column));
        return byName;
    }

    /** Whether changes that are described so can be taken under the other one. */
    public boolean agreesWith(TableShape other) {
        return oid == other.oid
                && name.equals(other.name)
                && identity == other.identity
                && byName().equals(other.byName());
    }

    /** The same for two that agree, in every process; of others another. */
    void addTo(Digest digest) {
        digest.add(oid).add(name.schema()).add(name.name()).add(identity.code());
        digest.add(columns.size());
        for (ColumnShape column : byName().values()) {
            digest.add(column.name()).add(column.typeOid()).add(column.typmod());
            digest.add(column.identity() ? 1 : 0);
        }
    }
}
