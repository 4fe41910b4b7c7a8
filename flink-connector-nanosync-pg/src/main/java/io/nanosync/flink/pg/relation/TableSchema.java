package io.nanosync.flink.pg.relation;

import java.io.Serializable;
import java.util.List;

/**
 * A captured table as the pipeline last accepted it: what snapshot rows and changes are decoded by.
 *
 * @param oid {@code pg_class.oid} of the table; of the root where it is partitioned. Unsigned 32
 *     bits
 * @param name its name
 * @param identity its replica identity
 * @param columns the captured columns in table order: without dropped columns, without generated
 *     columns (they aren't in the WAL), and only those of the publication's column list
 * @param primaryKey names of the primary key's columns in key order; empty without one
 */
public record TableSchema(
        int oid,
        QualifiedName name,
        ReplicaIdentity identity,
        List<Column> columns,
        List<String> primaryKey)
        implements Serializable {}
