package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.source.metrics.MetricScope;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.time.Duration;
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
    private final @Nullable LookupPlan reread;
    private transient @Nullable RowCounters counters;
    private transient @Nullable BoundRows rows;
    private transient @Nullable KeyLookup lookup;
    private transient @Nullable RowsAtOnce rowsAtOnce;

    /**
     * @param reread how unchanged large values are read again; null when they aren't
     */
    RowView(RowPlan plan, @Nullable LookupPlan reread) {
        this.plan = plan;
        this.reread = reread;
    }

    /** The rows of batches of one schema. */
    private record BoundRows(long fingerprint, BatchColumns columns, ChangeRows rows) {}

    @Override
    public void open(OpenContext context) {
        MetricScope table =
                MetricScope.of(getRuntimeContext().getMetricGroup()).table(plan.table().name());
        counters =
                new RowCounters(
                        SourceMetric.SQL_UNREPRESENTABLE.counter(table),
                        SourceMetric.SQL_UNCHANGED_TOAST.counter(table),
                        SourceMetric.SQL_READ_AGAIN.counter(table),
                        SourceMetric.SQL_GONE.counter(table),
                        SourceMetric.SQL_IGNORED_TRUNCATES.counter(table));
        if (reread != null) {
            // Never streams, so no time-out for that.
            lookup = new KeyLookup(reread, new JdbcPgClient(reread.connection(), Duration.ZERO));
            rowsAtOnce = new RowsAtOnce(reread);
        }
    }

    @Override
    public void close() {
        if (lookup != null) {
            lookup.close();
        }
    }

    @Override
    public void flatMap(ChangeBatch batch, Collector<RowData> out) throws InterruptedException {
        BoundRows bound = rows(batch);
        RereadBatch again = again(batch, bound.columns());
        int at = 0;
        for (ChangeRow change : batch.rows()) {
            bound.rows().emit(change, again == null ? Reread.NOTHING : again.of(at, change), out);
            at++;
        }
    }

    private @Nullable RereadBatch again(ChangeBatch batch, BatchColumns columns) {
        return reread == null || lookup == null || rowsAtOnce == null || batch.snapshot()
                ? null
                : new RereadBatch(reread, lookup, rowsAtOnce, batch, columns);
    }

    private BoundRows rows(ChangeBatch batch) {
        BoundRows bound = rows;
        if (bound == null || bound.fingerprint() != batch.schema().fingerprint()) {
            RowCounters opened = counters;
            if (opened == null) {
                throw new IllegalStateException("flatMap before open");
            }
            BatchColumns columns = BatchColumns.of(plan, batch.schema());
            bound =
                    new BoundRows(
                            batch.schema().fingerprint(),
                            columns,
                            new ChangeRows(plan, columns, opened));
            rows = bound;
        }
        return bound;
    }
}
