package io.nanosync.flink.pg.table;

import java.util.List;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsFilterPushDown;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.types.DataType;

/**
 * A captured table of which only a snapshot is read, and of that some rows alone where a statement
 * needs no others.
 */
final class FilteredSnapshotSource extends SnapshotTableSource implements SupportsFilterPushDown {

    FilteredSnapshotSource(
            TableSettings settings,
            PlannedScan planned,
            DataType physical,
            PlannerStatistics statistics) {
        super(settings, planned, physical, statistics);
    }

    private FilteredSnapshotSource(FilteredSnapshotSource other) {
        super(other);
    }

    @Override
    public Result applyFilters(List<ResolvedExpression> filters) {
        return Result.of(filter(filters), filters);
    }

    @Override
    public DynamicTableSource copy() {
        return new FilteredSnapshotSource(this);
    }
}
