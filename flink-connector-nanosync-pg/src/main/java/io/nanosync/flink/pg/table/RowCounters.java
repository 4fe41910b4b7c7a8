package io.nanosync.flink.pg.table;

import org.apache.flink.metrics.Counter;

/**
 * What the row view counts.
 *
 * @param misfits values that became null because the declared type can't hold them
 * @param unchangedNulls unchanged large values that became null
 * @param readAgain unchanged large values that were read again
 * @param gone updates whose row was gone when its unchanged values were to be read again
 * @param ignoredTruncates truncates that were ignored
 */
record RowCounters(
        Counter misfits,
        Counter unchangedNulls,
        Counter readAgain,
        Counter gone,
        Counter ignoredTruncates) {}
