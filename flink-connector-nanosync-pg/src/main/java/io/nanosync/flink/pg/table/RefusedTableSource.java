package io.nanosync.flink.pg.table;

import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.types.DataType;

/**
 * Stands in for a table that can't be read and throws the reason at the planner's first question,
 * which in a compiled plan is what was pushed down. By then the factory has returned, so that Flink
 * doesn't print the table's options beside it.
 */
final class RefusedTableSource
        implements ScanTableSource, SupportsProjectionPushDown, SupportsReadingMetadata {

    private final ValidationException refused;

    RefusedTableSource(ValidationException refused) {
        this.refused = refused;
    }

    @Override
    public ChangelogMode getChangelogMode() {
        throw refused;
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        throw refused;
    }

    @Override
    public boolean supportsNestedProjection() {
        throw refused;
    }

    @Override
    public void applyProjection(int[][] projectedFields, DataType producedDataType) {
        throw refused;
    }

    @Override
    public Map<String, DataType> listReadableMetadata() {
        throw refused;
    }

    @Override
    public void applyReadableMetadata(List<String> keys, DataType producedDataType) {
        throw refused;
    }

    @Override
    public DynamicTableSource copy() {
        return this;
    }

    @Override
    public String asSummaryString() {
        return "nanosync-pg: refused";
    }
}
