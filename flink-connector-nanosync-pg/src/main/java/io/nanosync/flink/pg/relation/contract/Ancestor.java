package io.nanosync.flink.pg.relation.contract;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;

/**
 * A partitioned table above a captured one.
 *
 * @param oid {@code pg_class.oid}, unsigned
 * @param name its name
 * @param xmin of the row of {@code pg_inherits} that leads up to it, unsigned
 */
public record Ancestor(int oid, QualifiedName name, int xmin) implements Serializable {}
