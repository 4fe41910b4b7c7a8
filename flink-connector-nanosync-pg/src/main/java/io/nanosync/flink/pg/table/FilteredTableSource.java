package io.nanosync.flink.pg.table;

import java.util.List;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsFilterPushDown;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.types.DataType;

/**
 * A captured table of whose snapshot a statement may read some rows alone. A class of its own:
 * Flink writes filters anew for each source that may take them, and long ones are too deep for
 * that.
 */
final class FilteredTableSource extends ProjectedTableSource implements SupportsFilterPushDown {

    /**
     * A source of all declared columns.
     *
     * @param physical the row type of the declared columns
     */
    FilteredTableSource(TableSettings settings, PlannedScan planned, DataType physical) {
        super(settings, planned, physical);
    }

    private FilteredTableSource(FilteredTableSource other) {
        super(other);
    }

    @Override
    public Result applyFilters(List<ResolvedExpression> filters) {
        return Result.of(filter(filters), filters);
    }

    @Override
    public DynamicTableSource copy() {
        return new FilteredTableSource(this);
    }
}
