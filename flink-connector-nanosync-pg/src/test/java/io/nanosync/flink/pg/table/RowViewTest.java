package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

class RowViewTest {

    private static final QualifiedName TABLE = new QualifiedName("shop", "orders");

    /** Then operators may keep the objects that they are given, and Flink copies none. */
    @Test
    void rowsAreOfTheirOwnWhereObjectsAreReused() throws Exception {
        Column text = Columns.text("c");
        RowPlan plan =
                new RowPlan(
                        new TableIdentity("db", TABLE),
                        ChangelogStyle.APPEND,
                        List.of(new RowColumn(text, VarCharType.STRING_TYPE)),
                        null,
                        List.of(),
                        List.of(),
                        TruncatePolicy.FAIL,
                        ToastPolicy.FAIL,
                        false);
        PipelineTables tables = new PipelineTables();
        tables.add(TABLE);
        RowView view = new RowView(new ScanPlan(List.of(new TablePlan(plan, null))), tables);
        List<RowData> kept = new ArrayList<>();
        try (OneInputStreamOperatorTestHarness<?, RowData> flink =
                new OneInputStreamOperatorTestHarness<>(new StreamFlatMap<>(view))) {
            flink.getExecutionConfig().enableObjectReuse();
            flink.setup();
            flink.open();
            view.flatMap(
                    new Changes(ReplicaIdentity.NOTHING, List.of(text), List.of())
                            .insert("first")
                            .insert("second")
                            .batch(),
                    new Keeping(kept));
        }
        assertThat(kept)
                .extracting(row -> row.getString(0).toString())
                .containsExactly("first", "second");
    }

    private record Keeping(List<RowData> rows) implements Collector<RowData> {

        @Override
        public void collect(RowData row) {
            rows.add(row);
        }

        @Override
        public void close() {}
    }
}
