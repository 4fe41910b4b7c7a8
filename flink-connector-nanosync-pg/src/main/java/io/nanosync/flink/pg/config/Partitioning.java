package io.nanosync.flink.pg.config;

import java.io.Serializable;

/** How the snapshot divides a table into parts that are read at the same time. */
public sealed interface Partitioning extends Serializable {

    /** What {@code partition_strategy} and {@code partition_column} say. */
    static Partitioning of(OptionValues options) {
        return switch (options.get(SourceOptions.PARTITION_STRATEGY)) {
            case CTID -> new Ctid();
            case NTILE -> new Ntile(options.get(SourceOptions.PARTITION_COLUMN));
            case MINMAX -> new Minmax(options.get(SourceOptions.PARTITION_COLUMN));
        };
    }

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
