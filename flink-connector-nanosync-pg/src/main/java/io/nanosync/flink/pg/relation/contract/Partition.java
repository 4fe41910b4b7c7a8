package io.nanosync.flink.pg.relation.contract;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import java.io.Serializable;
import java.util.List;

/**
 * A table below a partitioned one, and the row of {@code pg_inherits} that puts it there.
 *
 * @param oid {@code pg_class.oid}, unsigned
 * @param name its name
 * @param kind {@code relkind}: {@code r} for a leaf, {@code p} for one that is partitioned itself,
 *     {@code f} for a foreign table
 * @param persistence {@code p} for permanent
 * @param identity its replica identity: what PostgreSQL logs of an old row, whatever the root says
 * @param key names of the columns of its key, sorted; empty under {@code FULL} and {@code NOTHING}
 * @param parent OID of the table right above, unsigned
 * @param xmin the transaction that attached it, unsigned
 */
public record Partition(
        int oid,
        QualifiedName name,
        char kind,
        char persistence,
        ReplicaIdentity identity,
        List<String> key,
        int parent,
        int xmin)
        implements Serializable {

    /** Whether it stores rows. */
    public boolean isLeaf() {
        return kind != 'p';
    }
}
