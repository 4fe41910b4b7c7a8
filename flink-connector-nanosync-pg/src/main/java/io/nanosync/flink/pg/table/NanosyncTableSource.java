package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.connector.source.abilities.SupportsWatermarkPushDown;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * One captured table, or several of one shape, as the planner sees it: which columns, what
 * changelog, which stream. This one gives all declared columns.
 */
sealed class NanosyncTableSource
        implements ScanTableSource, SupportsReadingMetadata, SupportsWatermarkPushDown
        permits ProjectedTableSource {

    private final TableSettings settings;
    private SourceConfig source;

    /** Reads every declared column; what is pushed down chooses among them. */
    private final ScanPlan whole;

    private final ScanState state;
    private final Declaration.@Nullable Rowtime rowtime;
    private ScanPlan plan;

    /** What PostgreSQL is asked for, as Flink writes it. */
    private List<String> filters = List.of();

    private DataType produced;
    private @Nullable WatermarkStrategy<RowData> watermarks;

    /**
     * A source of all declared columns.
     *
     * @param physical the row type of the declared columns
     */
    NanosyncTableSource(TableSettings settings, PlannedScan planned, DataType physical) {
        this.settings = settings;
        this.state = planned.state();
        this.rowtime = planned.rowtime();
        this.source = planned.source();
        this.whole = planned.plan();
        this.plan = planned.plan();
        this.produced = physical;
    }

    /** The same with what was pushed down so far. */
    NanosyncTableSource(NanosyncTableSource other) {
        this.settings = other.settings;
        this.state = other.state;
        this.rowtime = other.rowtime;
        this.source = other.source;
        this.whole = other.whole;
        this.plan = other.plan;
        this.filters = other.filters;
        this.produced = other.produced;
        this.watermarks = other.watermarks;
    }

    final ConnectionConfig connection() {
        return settings.connection();
    }

    /** The tables that it reads, as they were at planning. */
    final List<QualifiedName> tables() {
        return whole.names();
    }

    /** So many rows are enough. */
    final void limit(long rows) {
        source = source.readingRows(rows);
    }

    @Override
    public ChangelogMode getChangelogMode() {
        return plan.style().mode();
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        return new TableScan(
                settings,
                source.reading(plan.needed()),
                plan,
                filters,
                context.createTypeInformation(produced),
                state,
                watermarks == null ? null : EventTime.of(watermarks, plan, rowtime));
    }

    /** Reads these of the declared columns, by their places. */
    final void project(int[] places, DataType type) {
        plan = whole.projecting(places).with(plan.metadata());
        produced = type;
    }

    /**
     * Reads of the snapshot the rows alone for which these hold, as far as PostgreSQL can tell.
     *
     * @return those of which it is asked. They remain to be asked by Flink: changes come all, and
     *     PostgreSQL may find more rows
     */
    final List<ResolvedExpression> filter(List<ResolvedExpression> predicates) {
        PushedFilters pushed = PushedFilters.of(predicates, whole, settings.tableColumn());
        source = source.readingWhere(pushed.conditions());
        filters = pushed.accepted().stream().map(ResolvedExpression::asSummaryString).toList();
        return pushed.accepted();
    }

    @Override
    public Map<String, DataType> listReadableMetadata() {
        Map<String, DataType> types = new LinkedHashMap<>();
        for (Metadata metadata : Metadata.values()) {
            types.put(metadata.key(), metadata.type());
        }
        return types;
    }

    @Override
    public void applyReadableMetadata(List<String> keys, DataType producedDataType) {
        plan = plan.with(keys.stream().map(Metadata::ofKey).toList());
        produced = producedDataType;
    }

    /** Of all rows, however the snapshot is read: see {@link TimedRowView}. */
    @Override
    public void applyWatermark(WatermarkStrategy<RowData> watermarkStrategy) {
        watermarks = watermarkStrategy;
    }

    @Override
    public DynamicTableSource copy() {
        return new NanosyncTableSource(this);
    }

    /** Table, server and changelog; no user, no secret. */
    @Override
    public String asSummaryString() {
        return "nanosync-pg: "
                + settings.tables()
                + " of "
                + settings.connection().database()
                + " on "
                + settings.connection().address()
                + ", "
                + plan.style();
    }
}
