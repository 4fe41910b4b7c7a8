package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowViewTest {

    private static final int LARGE = 32 << 20;
    private static final QualifiedName TABLE = new QualifiedName("shop", "orders");

    /** Then operators may keep the objects that they are given, and Flink copies none. */
    @Test
    void rowsAreOfTheirOwnWhereObjectsAreReused() throws Exception {
        Column text = Columns.text("c");
        RowView view = view(List.of(text), "STRING");
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

    /** Each column has its values in other batches: one for each would be held. */
    @Test
    void holdsNothingOfABatchBehindIt() throws Exception {
        List<Column> columns = List.of(Columns.text("a"), Columns.text("b"), Columns.text("c"));
        List<WeakReference<Object>> gone = new ArrayList<>();
        RowView view = view(columns, "STRING", "STRING", "STRING");
        try (OneInputStreamOperatorTestHarness<?, RowData> flink =
                new OneInputStreamOperatorTestHarness<>(new StreamFlatMap<>(view))) {
            flink.setup();
            flink.open();
            for (int i = 0; i < columns.size(); i++) {
                ChangeBatch batch = batch(columns, i, "x".repeat(1 << 20));
                gone.add(new WeakReference<>(batch.recordBatch()));
                view.flatMap(batch, new Forgetting(gone));
            }
            System.gc();
            assertThat(gone).hasSize(6).allMatch(one -> one.refersTo(null));
            view.flatMap(batch(columns, 0, "y"), new Forgetting(gone));
        }
    }

    @Test
    void holdsNoMemoryOfALargeNestedValue() throws Exception {
        List<Column> columns =
                List.of(
                        Columns.array(Columns.text("a")),
                        Columns.hstore("b"),
                        Columns.composite("c", Columns.text("f")));
        RowView view = view(columns, "ARRAY<STRING>", "MAP<STRING, STRING>", "ROW<f STRING>");
        try (OneInputStreamOperatorTestHarness<?, RowData> flink =
                new OneInputStreamOperatorTestHarness<>(new StreamFlatMap<>(view))) {
            flink.setup();
            flink.open();
            long before = usedMemory();
            String large = "x".repeat(LARGE);
            view.flatMap(batch(columns, 0, "{" + large + "}"), new Forgetting(new ArrayList<>()));
            view.flatMap(
                    batch(columns, 1, "\"k\"=>\"" + large + "\""),
                    new Forgetting(new ArrayList<>()));
            view.flatMap(batch(columns, 2, "(" + large + ")"), new Forgetting(new ArrayList<>()));
            large = "";
            assertThat(usedMemory() - before).isLessThan(LARGE / 2);
            view.flatMap(batch(columns, 0, "{y}"), new Forgetting(new ArrayList<>()));
        }
    }

    private static long usedMemory() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static RowView view(List<Column> columns, String... declared) {
        List<RowColumn> read = new ArrayList<>();
        for (int i = 0; i < declared.length; i++) {
            read.add(
                    new RowColumn(
                            columns.get(i),
                            LogicalTypeParser.parse(
                                    declared[i], RowViewTest.class.getClassLoader())));
        }
        RowPlan plan =
                new RowPlan(
                        new TableIdentity("db", TABLE),
                        ChangelogStyle.APPEND,
                        read,
                        null,
                        List.of(),
                        List.of(),
                        TruncatePolicy.FAIL,
                        ToastPolicy.FAIL,
                        false);
        PipelineTables tables = new PipelineTables();
        tables.add(TABLE);
        return new RowView(new ScanPlan(List.of(new TablePlan(plan, null))), tables);
    }

    /** A row that has this in one of the columns, and null in the others. */
    private static ChangeBatch batch(List<Column> columns, int at, String value) {
        @Nullable String[] values = new @Nullable String[columns.size()];
        values[at] = value;
        return new Changes(ReplicaIdentity.NOTHING, columns, List.of()).insert(values).batch();
    }

    /** Keeps of a row no more than whether its memory is there. */
    private record Forgetting(List<WeakReference<Object>> memory) implements Collector<RowData> {

        @Override
        public void collect(RowData row) {
            memory.add(new WeakReference<>(((BinaryRowData) row).getSegments()[0].getHeapMemory()));
        }

        @Override
        public void close() {}
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
