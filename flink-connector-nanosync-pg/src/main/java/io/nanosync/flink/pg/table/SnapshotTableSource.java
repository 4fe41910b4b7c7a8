package io.nanosync.flink.pg.table;

import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsLimitPushDown;
import org.apache.flink.table.types.DataType;

/**
 * A captured table of which only a snapshot is read. Only here some of the rows may be asked for:
 * changes need all of them in front.
 */
final class SnapshotTableSource extends ProjectedTableSource implements SupportsLimitPushDown {

    SnapshotTableSource(TableSettings settings, PlannedScan planned, DataType physical) {
        super(settings, planned, physical);
    }

    private SnapshotTableSource(SnapshotTableSource other) {
        super(other);
    }

    /** More rows may come: Flink limits them again. */
    @Override
    public void applyLimit(long limit) {
        // It adds LIMIT and OFFSET as integers, which may overflow.
        if (limit >= 0) {
            limit(limit);
        }
    }

    @Override
    public DynamicTableSource copy() {
        return new SnapshotTableSource(this);
    }
}
