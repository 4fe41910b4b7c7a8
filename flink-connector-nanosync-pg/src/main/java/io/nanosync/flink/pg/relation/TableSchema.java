package io.nanosync.flink.pg.relation;

import java.io.Serializable;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A captured table as the pipeline last accepted it: what snapshot rows and changes are decoded by.
 *
 * @param oid {@code pg_class.oid} of the table; of the root where it is partitioned. Unsigned 32
 *     bits
 * @param name its name
 * @param identity its replica identity
 * @param columns the captured columns in table order: without dropped columns, without generated
 *     columns (they aren't in the WAL), and only those of the publication's column list
 * @param primaryKey names of the primary key's columns in key order; empty without one, and with a
 *     deferrable one, which two rows may share for a while
 */
public record TableSchema(
        int oid,
        QualifiedName name,
        ReplicaIdentity identity,
        List<Column> columns,
        List<String> primaryKey)
        implements Serializable {

    /** Names of the columns that come with an old row, in table order. */
    public List<String> identityColumns() {
        return columns.stream().filter(Column::identity).map(Column::name).toList();
    }

    /** Names of the columns by which changes can be applied; empty without such a key. */
    public List<String> appliedKey() {
        return switch (identity) {
            case DEFAULT, FULL -> primaryKey;
            case INDEX -> identityColumns();
            case NOTHING -> List.of();
        };
    }

    /**
     * Names of the columns of a key that these have all of, so that no two rows have the same of
     * them: the primary key, else the one by which changes are applied; empty without one.
     */
    public List<String> keyWithin(Collection<String> names) {
        return Stream.of(primaryKey, appliedKey())
                .filter(key -> !key.isEmpty() && names.containsAll(key))
                .findFirst()
                .orElse(List.of());
    }

    /**
     * Names of the columns by which a consumer tells rows apart: those of the primary key, and of
     * the replica identity unless it is the whole row.
     */
    public Set<String> keyColumns() {
        Set<String> keys = new LinkedHashSet<>(primaryKey);
        if (identity != ReplicaIdentity.FULL) {
            keys.addAll(identityColumns());
        }
        return keys;
    }

    /**
     * The same with these columns and {@link #keyColumns} alone. Names of no captured column are
     * left out.
     */
    public TableSchema reading(Collection<String> names) {
        Set<String> read = keyColumns();
        read.addAll(names);
        return new TableSchema(
                oid,
                name,
                identity,
                columns.stream().filter(column -> read.contains(column.name())).toList(),
                primaryKey);
    }

    /** The same under another name. */
    public TableSchema under(QualifiedName other) {
        return new TableSchema(oid, other, identity, columns, primaryKey);
    }

    /** Whether both are the same but for {@link Column#attnum}, which doesn't change a value. */
    public boolean looksLike(TableSchema other) {
        return withoutAttnums().equals(other.withoutAttnums());
    }

    private TableSchema withoutAttnums() {
        return new TableSchema(
                oid,
                name,
                identity,
                columns.stream().map(Column::withoutAttnum).toList(),
                primaryKey);
    }
}
