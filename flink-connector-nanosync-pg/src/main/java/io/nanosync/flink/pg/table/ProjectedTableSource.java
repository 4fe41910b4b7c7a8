package io.nanosync.flink.pg.table;

import java.util.Arrays;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.types.DataType;

/** A captured table of which a statement may read some columns alone. */
sealed class ProjectedTableSource extends NanosyncTableSource implements SupportsProjectionPushDown
        permits FilteredTableSource, SnapshotTableSource {

    /**
     * A source of all declared columns.
     *
     * @param physical the row type of the declared columns
     */
    ProjectedTableSource(TableSettings settings, PlannedScan planned, DataType physical) {
        super(settings, planned, physical);
    }

    /** The same with what was pushed down so far. */
    ProjectedTableSource(ProjectedTableSource other) {
        super(other);
    }

    @Override
    public final boolean supportsNestedProjection() {
        return false;
    }

    @Override
    public final void applyProjection(int[][] projectedFields, DataType producedDataType) {
        project(
                Arrays.stream(projectedFields).mapToInt(path -> path[0]).toArray(),
                producedDataType);
    }

    @Override
    public DynamicTableSource copy() {
        return new ProjectedTableSource(this);
    }
}
