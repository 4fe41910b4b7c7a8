package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.config.Partitioning;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reads of one table, divided in one way.
 *
 * @param partitioning how it was divided
 * @param order how the values of the column lie in the table; null where no column divides it
 * @param reads at least one, each of all rows
 */
record StrategyReads(Partitioning partitioning, @Nullable String order, List<TableRead> reads) {

    /** As the option {@code partition_strategy} has it. */
    String strategy() {
        if (partitioning instanceof Partitioning.Ctid) {
            return "ctid";
        }
        return partitioning instanceof Partitioning.Ntile ? "ntile" : "minmax";
    }

    /** The column that divides the table; null where none does. */
    @Nullable String column() {
        return partitioning instanceof Partitioning.ByColumn by ? by.column() : null;
    }

    /** Strategy and column, for people. */
    String name() {
        return column() == null ? strategy() : strategy() + " " + column() + ", " + order;
    }

    double firstSeconds() {
        return Median.of(reads.stream().mapToDouble(TableRead::firstSeconds));
    }

    double seconds() {
        return Median.of(reads.stream().mapToDouble(TableRead::seconds));
    }

    double rowsPerSecond() {
        return reads.get(0).rows() / seconds();
    }

    double secondsPerMillionRows() {
        return seconds() * 1e6 / reads.get(0).rows();
    }

    /** What this reads in the time in which the other reads one row. */
    double ratioTo(StrategyReads other) {
        return rowsPerSecond() / other.rowsPerSecond();
    }
}
