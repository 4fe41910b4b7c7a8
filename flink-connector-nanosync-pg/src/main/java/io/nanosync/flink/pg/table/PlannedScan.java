package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.SourceConfig;
import org.jspecify.annotations.Nullable;

/**
 * What was planned of a table.
 *
 * @param source what is captured and read
 * @param plan which rows are made of it
 * @param state by which a savepoint finds the scan again
 * @param rowtime the declared column that a watermark is for; null without one, and where it is
 *     computed of others
 */
record PlannedScan(
        SourceConfig source,
        ScanPlan plan,
        ScanState state,
        Declaration.@Nullable Rowtime rowtime) {}
