package io.nanosync.flink.pg.config;

/** How the snapshot divides a table: option {@code partition_strategy}. */
public enum PartitionStrategy {
    /** By physical page range. */
    CTID,
    /** By equal numbers of rows. */
    NTILE,
    /** By equal ranges of a column's values. */
    MINMAX
}
