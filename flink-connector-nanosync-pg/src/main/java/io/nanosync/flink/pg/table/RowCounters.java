package io.nanosync.flink.pg.table;

import org.apache.flink.metrics.Counter;

/**
 * What the row view counts.
 *
 * @param misfits values that became null because the declared type can't hold them
 * @param unchangedNulls unchanged large values that became null
 * @param ignoredTruncates truncates that were ignored
 */
record RowCounters(Counter misfits, Counter unchangedNulls, Counter ignoredTruncates) {}
