package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.source.metrics.MetricScope;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Walks change batches and emits their rows as Flink SQL's. Keeps no state: a batch is turned into
 * rows whole or, after a failure, again. Runs in the source's task, chained to it.
 */
final class RowView extends RichFlatMapFunction<ChangeBatch, RowData> {

    private static final long serialVersionUID = 1L;

    private final RowPlan plan;
    private transient @Nullable RowCounters counters;
    private transient @Nullable ChangeRows rows;
    private transient long fingerprint;

    RowView(RowPlan plan) {
        this.plan = plan;
    }

    @Override
    public void open(OpenContext context) {
        MetricScope table =
                MetricScope.of(getRuntimeContext().getMetricGroup()).table(plan.table().name());
        counters =
                new RowCounters(
                        SourceMetric.SQL_UNREPRESENTABLE.counter(table),
                        SourceMetric.SQL_UNCHANGED_TOAST.counter(table),
                        SourceMetric.SQL_IGNORED_TRUNCATES.counter(table));
    }

    @Override
    public void flatMap(ChangeBatch batch, Collector<RowData> out) {
        ChangeRows rows = rows(batch);
        for (ChangeRow change : batch.rows()) {
            rows.emit(change, out);
        }
    }

    private ChangeRows rows(ChangeBatch batch) {
        ChangeRows bound = rows;
        if (bound == null || fingerprint != batch.schema().fingerprint()) {
            RowCounters opened = counters;
            if (opened == null) {
                throw new IllegalStateException("flatMap before open");
            }
            bound = new ChangeRows(plan, BatchColumns.of(plan, batch.schema()), opened);
            rows = bound;
            fingerprint = batch.schema().fingerprint();
        }
        return bound;
    }
}
