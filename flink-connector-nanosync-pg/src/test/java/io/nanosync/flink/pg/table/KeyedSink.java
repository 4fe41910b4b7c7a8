package io.nanosync.flink.pg.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.RuntimeConverter;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

/**
 * {@code 'connector' = 'keyed'}: a sink as those of databases are. It tells the planner that it
 * takes upserts, gets what the planner then sends, and keeps one row for each key.
 */
public final class KeyedSink implements DynamicTableSinkFactory {

    private static final ConfigOption<String> NAME =
            ConfigOptions.key("name").stringType().noDefaultValue();

    private static final Map<String, Map<List<String>, String>> TABLES = new ConcurrentHashMap<>();

    /** What a sink of this name holds: its rows by key, both as text. */
    static Map<List<String>, String> table(String name) {
        return TABLES.computeIfAbsent(name, created -> new ConcurrentHashMap<>());
    }

    /**
     * Makes a table of rows with a key {@code id}.
     *
     * @param name of what it holds: another session's table of this name goes on with it
     * @return what it holds
     */
    static Map<List<String>, String> create(
            TableEnvironment in, String table, String columns, String name) {
        in.executeSql(
                "CREATE TABLE "
                        + table
                        + " ("
                        + columns
                        + ", PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'keyed', 'name' = '"
                        + name
                        + "')");
        return table(name);
    }

    @Override
    public String factoryIdentifier() {
        return "keyed";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(NAME);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of();
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        return new TableSink(
                helper.getOptions().get(NAME),
                context.getPrimaryKeyIndexes(),
                context.getPhysicalRowDataType());
    }

    private record TableSink(String name, int[] key, DataType row) implements DynamicTableSink {

        @Override
        public ChangelogMode getChangelogMode(ChangelogMode requested) {
            return ChangelogMode.upsert();
        }

        @Override
        public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
            return SinkV2Provider.of(
                    new Upserts(name, key, context.createDataStructureConverter(row)));
        }

        @Override
        public DynamicTableSink copy() {
            return this;
        }

        @Override
        public String asSummaryString() {
            return "keyed";
        }
    }

    private record Upserts(
            String name, int[] key, DynamicTableSink.DataStructureConverter converter)
            implements Sink<RowData> {

        @Override
        public SinkWriter<RowData> createWriter(WriterInitContext context) {
            converter.open(RuntimeConverter.Context.create(Upserts.class.getClassLoader()));
            return new Writer(table(name), key, converter);
        }
    }

    private record Writer(
            Map<List<String>, String> rows,
            int[] key,
            DynamicTableSink.DataStructureConverter converter)
            implements SinkWriter<RowData> {

        @Override
        public void write(RowData data, Context context) {
            Row row = (Row) Objects.requireNonNull(converter.toExternal(data));
            List<String> by = new ArrayList<>();
            for (int index : key) {
                by.add(String.valueOf(row.getField(index)));
            }
            switch (row.getKind()) {
                case INSERT, UPDATE_AFTER -> {
                    row.setKind(RowKind.INSERT);
                    rows.put(by, row.toString());
                }
                case DELETE -> rows.remove(by);
                case UPDATE_BEFORE -> throw new AssertionError("an upsert sink never gets those");
            }
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
    }
}
