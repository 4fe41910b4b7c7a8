package io.nanosync.flink.pg.relation.contract;

import java.io.Serializable;

/**
 * The row of {@code pg_constraint} of a table's primary key. One that is dropped and added again
 * has another OID: in between two rows may have had the same key.
 *
 * @param oid its OID, unsigned
 * @param xmin the transaction that wrote it, unsigned: it is written anew when it is renamed
 */
public record PrimaryKey(int oid, int xmin) implements Serializable {}
