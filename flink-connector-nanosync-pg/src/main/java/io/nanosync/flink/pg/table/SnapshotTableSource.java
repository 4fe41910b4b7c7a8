package io.nanosync.flink.pg.table;

import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsLimitPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsStatisticReport;
import org.apache.flink.table.plan.stats.TableStats;
import org.apache.flink.table.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * A captured table of which only a snapshot is read. Only here some of the rows may be asked for:
 * changes need all of them in front.
 */
sealed class SnapshotTableSource extends ProjectedTableSource
        implements SupportsLimitPushDown, SupportsStatisticReport permits FilteredSnapshotSource {

    private final PlannerStatistics statistics;
    private @Nullable Long limit;

    SnapshotTableSource(
            TableSettings settings,
            PlannedScan planned,
            DataType physical,
            PlannerStatistics statistics) {
        super(settings, planned, physical);
        this.statistics = statistics;
    }

    /** The same with what was pushed down so far. */
    SnapshotTableSource(SnapshotTableSource other) {
        super(other);
        this.statistics = other.statistics;
        this.limit = other.limit;
    }

    /** More rows may come: Flink limits them again. */
    @Override
    public void applyLimit(long limit) {
        // It adds LIMIT and OFFSET as integers, which may overflow.
        if (limit >= 0) {
            limit(limit);
            this.limit = limit;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Of all rows: Flink keeps every filter, pushed down or not, and takes its share off itself.
     */
    @Override
    public TableStats reportStatistics() {
        return statistics.of(connection(), tables(), limit);
    }

    @Override
    public DynamicTableSource copy() {
        return new SnapshotTableSource(this);
    }
}
