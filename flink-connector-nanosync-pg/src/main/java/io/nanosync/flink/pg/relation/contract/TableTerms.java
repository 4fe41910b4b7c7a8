package io.nanosync.flink.pg.relation.contract;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog says of a captured table beyond its columns.
 *
 * @param oid {@code pg_class.oid}, unsigned
 * @param name its name
 * @param kind {@code relkind}: {@code r} or, partitioned, {@code p}
 * @param persistence only what is {@code p}, permanent, is in the WAL
 * @param coverage the rows by which the publication covers it, itself or through its ancestors;
 *     empty for a publication of all tables
 * @param ancestors the partitioned tables that it is a partition of, from the nearest up
 * @param partitions everything below it, when it is partitioned
 * @param key its primary key; null without one, with a deferrable one, and in state before version
 *     4
 */
public record TableTerms(
        int oid,
        QualifiedName name,
        char kind,
        char persistence,
        List<Coverage> coverage,
        List<Ancestor> ancestors,
        List<Partition> partitions,
        @Nullable PrimaryKey key)
        implements Serializable {

    /** The same with other partitions. */
    TableTerms withPartitions(List<Partition> others) {
        return new TableTerms(
                oid, name, kind, persistence, coverage, ancestors, List.copyOf(others), key);
    }

    /** Whether rows are stored in partitions of it. */
    public boolean isPartitioned() {
        return kind == 'p';
    }
}
