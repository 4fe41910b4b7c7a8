package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.source.metrics.MetricScope;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Makes the rows of one table's batches. */
final class TableRows {

    private final TablePlan plan;
    private final BinaryRows binary;
    private final RowCounters counters;
    private final @Nullable KeyLookup lookup;
    private final @Nullable RowsAtOnce rowsAtOnce;
    private @Nullable BoundRows rows;

    private TableRows(
            TablePlan plan,
            BinaryRows binary,
            RowCounters counters,
            @Nullable KeyLookup lookup,
            @Nullable RowsAtOnce rowsAtOnce) {
        this.plan = plan;
        this.binary = binary;
        this.counters = counters;
        this.lookup = lookup;
        this.rowsAtOnce = rowsAtOnce;
    }

    /**
     * @param copied whether whoever takes a row copies it
     * @param metrics where it counts
     * @param lookup reads rows again, where the plan does; else null
     */
    static TableRows open(
            TablePlan plan, boolean copied, MetricGroup metrics, @Nullable KeyLookup lookup) {
        MetricScope table = MetricScope.of(metrics).table(plan.rows().table().name());
        return new TableRows(
                plan,
                new BinaryRows(plan.rows().types(), copied),
                new RowCounters(
                        SourceMetric.SQL_UNREPRESENTABLE.counter(table),
                        SourceMetric.SQL_UNCHANGED_TOAST.counter(table),
                        SourceMetric.SQL_READ_AGAIN.counter(table),
                        SourceMetric.SQL_GONE.counter(table),
                        SourceMetric.SQL_IGNORED_TRUNCATES.counter(table)),
                lookup,
                plan.reread() == null ? null : new RowsAtOnce(plan.reread()));
    }

    /** The rows of batches of one schema. */
    private record BoundRows(long fingerprint, BatchColumns columns, ChangeRows rows) {}

    /** Emits the rows of a batch. */
    void emit(ChangeBatch batch, Collector<RowData> out) throws InterruptedException {
        BoundRows bound = rows(batch);
        RereadBatch again = again(batch, bound.columns());
        int at = 0;
        for (ChangeRow change : batch.rows()) {
            bound.rows().emit(change, again == null ? Reread.NOTHING : again.of(at, change), out);
            at++;
        }
        binary.forget();
    }

    private @Nullable RereadBatch again(ChangeBatch batch, BatchColumns columns) {
        LookupPlan reread = plan.reread();
        return reread == null || lookup == null || rowsAtOnce == null || batch.snapshot()
                ? null
                : new RereadBatch(reread, lookup, rowsAtOnce, batch, columns);
    }

    private BoundRows rows(ChangeBatch batch) {
        BoundRows bound = rows;
        if (bound == null || bound.fingerprint() != batch.schema().fingerprint()) {
            BatchColumns columns = BatchColumns.of(plan.rows(), batch.schema());
            bound =
                    new BoundRows(
                            batch.schema().fingerprint(),
                            columns,
                            new ChangeRows(plan.rows(), columns, binary, counters));
            rows = bound;
        }
        return bound;
    }
}
