package io.nanosync.flink.pg.config;

import java.io.Serializable;

/** How the snapshot divides a table into parts that are read at the same time. */
public sealed interface Partitioning extends Serializable {

    /** By physical page range. */
    record Ctid() implements Partitioning {}

    /** By the values of a column. */
    sealed interface ByColumn extends Partitioning {
        String column();
    }

    /** By equal numbers of rows, in the order of a column's values. */
    record Ntile(String column) implements ByColumn {}

    /** By equal ranges of a column's values. */
    record Minmax(String column) implements ByColumn {}
}
