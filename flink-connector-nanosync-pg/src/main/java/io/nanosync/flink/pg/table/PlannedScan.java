package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.SourceConfig;

/**
 * What was planned of a table.
 *
 * @param source what is captured and read
 * @param plan which rows are made of it
 * @param state by which a savepoint finds the scan again
 */
record PlannedScan(SourceConfig source, ScanPlan plan, ScanState state) {}
