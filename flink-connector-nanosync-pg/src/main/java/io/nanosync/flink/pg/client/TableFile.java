package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;

/**
 * A table that stores rows: a plain table, or a leaf of a partitioned one.
 *
 * @param oid {@code pg_class.oid}, unsigned
 * @param name its name
 * @param fileNode {@code pg_class.relfilenode} as of the snapshot, unsigned
 * @param blocks heap blocks of 8 kB, counted after the snapshot was taken
 * @param estimatedRows {@code reltuples}; negative when never analyzed
 */
public record TableFile(int oid, QualifiedName name, int fileNode, long blocks, long estimatedRows)
        implements Serializable {}
