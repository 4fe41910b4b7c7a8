package io.nanosync.flink.pg.table;

import java.io.Serializable;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * By what the rows of a scan have watermarks.
 *
 * @param column the column that has a row's time, for messages
 * @param place its place in the row; null when the time is computed of others behind the scan
 * @param deletesHaveNone whether a delete has the key alone, and so no time
 */
record EventTime(
        WatermarkStrategy<RowData> strategy,
        String column,
        @Nullable Integer place,
        boolean deletesHaveNone)
        implements Serializable {

    /**
     * @param rowtime the declared column; null when it is a computed one
     */
    static EventTime of(
            WatermarkStrategy<RowData> strategy,
            ScanPlan plan,
            Declaration.@Nullable Rowtime rowtime) {
        return new EventTime(
                strategy,
                rowtime == null ? "" : rowtime.column(),
                rowtime == null ? null : plan.place(rowtime),
                plan.style() == ChangelogStyle.UPSERT);
    }

    /** Whether a row has a time. */
    boolean isOf(RowData row) {
        return !deletesHaveNone || row.getRowKind() != RowKind.DELETE;
    }

    /** Whether a row should have one and doesn't. */
    boolean isMissing(RowData row) {
        return place != null && row.isNullAt(place);
    }
}
