package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.util.Collector;

/**
 * Runs the row view over one batch and prints its rows like {@code +I(1,a)}. Their bytes are those
 * that Flink's serializer gives such a row.
 */
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
        emit(batch, again, true, new Printer(plan.types(), rows));
        return rows;
    }

    /** Gives the rows to somebody who keeps them. */
    void emit(ChangeBatch batch, Collector<RowData> out) {
        emit(batch, Reread.NOTHING, false, out);
    }

    private void emit(ChangeBatch batch, Reread again, boolean copied, Collector<RowData> out) {
        ChangeRows view =
                new ChangeRows(
                        plan,
                        BatchColumns.of(plan, batch.schema()),
                        new BinaryRows(plan.types(), copied),
                        counters);
        for (ChangeRow change : batch.rows()) {
            view.emit(change, again, out);
        }
    }

    private record Printer(List<LogicalType> types, List<String> rows)
            implements Collector<RowData> {

        @Override
        public void collect(RowData row) {
            GenericRowData fields = new GenericRowData(row.getRowKind(), row.getArity());
            for (int i = 0; i < types.size(); i++) {
                fields.setField(i, RowData.createFieldGetter(types.get(i), i).getFieldOrNull(row));
            }
            assertThat(new RowDataSerializer(types.toArray(LogicalType[]::new)).toBinaryRow(fields))
                    .isEqualTo(row);
            rows.add(fields.toString());
        }

        @Override
        public void close() {}
    }
}
