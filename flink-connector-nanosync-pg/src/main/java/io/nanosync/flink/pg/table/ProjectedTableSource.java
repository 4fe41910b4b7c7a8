package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.SourceConfig;
import java.util.Arrays;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.types.DataType;
import org.jspecify.annotations.Nullable;

/** A captured table of which a statement may read some columns alone. */
sealed class ProjectedTableSource extends NanosyncTableSource implements SupportsProjectionPushDown
        permits SnapshotTableSource {

    /**
     * A source of all declared columns.
     *
     * @param stateName by which a savepoint finds the scan again
     * @param reread how unchanged large values are read again; null when they aren't
     * @param physical the row type of the declared columns
     */
    ProjectedTableSource(
            TableSettings settings,
            String stateName,
            SourceConfig source,
            RowPlan plan,
            @Nullable LookupPlan reread,
            DataType physical) {
        super(settings, stateName, source, plan, reread, physical);
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
