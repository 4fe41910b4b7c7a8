package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;

/** Runs the row view over one batch and prints its rows like {@code +I(1,a)}. */
final class RowsOfBatch {

    final RowCounters counters =
            new RowCounters(
                    new SimpleCounter(),
                    new SimpleCounter(),
                    new SimpleCounter(),
                    new SimpleCounter(),
                    new SimpleCounter());

    private final RowPlan plan;

    RowsOfBatch(RowPlan plan) {
        this.plan = plan;
    }

    List<String> of(ChangeBatch batch) {
        return of(batch, Reread.NOTHING);
    }

    /** The rows where this was read again for each change. */
    List<String> of(ChangeBatch batch, Reread again) {
        List<String> rows = new ArrayList<>();
        ChangeRows view = new ChangeRows(plan, BatchColumns.of(plan, batch.schema()), counters);
        for (ChangeRow change : batch.rows()) {
            view.emit(change, again, new Printer(rows));
        }
        return rows;
    }

    private record Printer(List<String> rows) implements Collector<RowData> {
        @Override
        public void collect(RowData row) {
            rows.add(((GenericRowData) row).toString());
        }

        @Override
        public void close() {}
    }
}
