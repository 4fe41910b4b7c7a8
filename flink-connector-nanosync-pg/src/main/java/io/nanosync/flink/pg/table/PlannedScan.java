package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.ByPlace;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.contract.PlacesProof;
import java.util.List;
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
        Declaration.@Nullable Rowtime rowtime) {

    /** The columns that are taken apart by places, of all tables. */
    List<RowTypes.OfTable> byPlace() {
        return plan.tables().stream()
                .map(TablePlan::rows)
                .flatMap(
                        rows ->
                                rows.columns().stream()
                                        .filter(RowColumn::isByPlace)
                                        .map(
                                                column ->
                                                        new RowTypes.OfTable(
                                                                rows.table().name(),
                                                                column.column())))
                .toList();
    }

    /** The same, where these are as they were looked at. */
    PlannedScan takingApart(List<ByPlace> columns) {
        SourceConfig apart = source.takingApart(columns);
        return new PlannedScan(apart, plan.proving(PlacesProof.of(apart)), state, rowtime);
    }
}
