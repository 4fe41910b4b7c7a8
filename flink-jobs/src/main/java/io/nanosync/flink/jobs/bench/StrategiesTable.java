package io.nanosync.flink.jobs.bench;

import java.util.List;
import java.util.OptionalDouble;

/**
 * One table, read by turns with each strategy.
 *
 * @param rows of the table
 * @param bytes of the table, without indexes
 * @param indexed whether there is an index on each column that divides it
 * @param loadAverage of the machine in the minute before the last read ended; empty where the
 *     operating system doesn't tell
 * @param strategies {@code ctid} first
 */
record StrategiesTable(
        long rows,
        long bytes,
        boolean indexed,
        OptionalDouble loadAverage,
        List<StrategyReads> strategies) {

    StrategyReads ctid() {
        return strategies.get(0);
    }
}
