package io.nanosync.flink.jobs.bench;

import java.util.List;

/**
 * Which tables to read with each strategy.
 *
 * @param rows of each table, one after the other
 * @param workers splits read at the same time
 * @param parallelism of the Flink job
 * @param repeats measured reads with each strategy; the medians are reported
 */
record StrategiesPlan(List<Long> rows, int workers, int parallelism, int repeats) {}
