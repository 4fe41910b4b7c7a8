package io.nanosync.flink.pg.table.random;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.RuntimeConverter;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/**
 * {@code 'connector' = 'folding'}: keeps what its changelog amounts to. With a PRIMARY KEY it takes
 * upserts and keeps one row for each key; without it takes every change and counts rows. That is
 * exactly once, but with a key and no {@code sink.parallelism}: then subtasks write into one table,
 * as into that of a database.
 */
public final class FoldingSink implements DynamicTableSinkFactory {

    private static final ConfigOption<String> NAME =
            ConfigOptions.key("name").stringType().noDefaultValue();
    private static final ConfigOption<Integer> PARALLELISM = FactoryUtil.SINK_PARALLELISM;

    @Override
    public String factoryIdentifier() {
        return "folding";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(NAME);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(PARALLELISM);
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        return new TableSink(
                helper.getOptions().get(NAME),
                helper.getOptions().get(PARALLELISM),
                context.getPrimaryKeyIndexes(),
                context.getPhysicalRowDataType());
    }

    private record TableSink(String name, @Nullable Integer parallelism, int[] key, DataType row)
            implements DynamicTableSink {

        @Override
        public ChangelogMode getChangelogMode(ChangelogMode requested) {
            return key.length == 0 ? ChangelogMode.all() : ChangelogMode.upsert();
        }

        @Override
        public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
            return SinkV2Provider.of(
                    new Changes(
                            name,
                            key,
                            parallelism == null,
                            context.createDataStructureConverter(row)),
                    parallelism);
        }

        @Override
        public DynamicTableSink copy() {
            return this;
        }

        @Override
        public String asSummaryString() {
            return "folding";
        }
    }

    private record Changes(
            String name,
            int[] key,
            boolean parallel,
            DynamicTableSink.DataStructureConverter converter)
            implements Sink<RowData>, SupportsWriterState<RowData, Fold> {

        @Override
        public Writer createWriter(WriterInitContext context) {
            return restoreWriter(context, List.of());
        }

        @Override
        public Writer restoreWriter(WriterInitContext context, Collection<Fold> state) {
            converter.open(RuntimeConverter.Context.create(Changes.class.getClassLoader()));
            Fold fold = new Fold(key);
            state.forEach(fold::addAll);
            Folded folded = Folded.named(name);
            if (key.length > 0 && parallel) {
                fold = folded.together(fold);
            } else {
                folded.begin(context.getTaskInfo().getIndexOfThisSubtask(), fold);
            }
            return new Writer(folded, fold, converter);
        }

        @Override
        public SimpleVersionedSerializer<Fold> getWriterStateSerializer() {
            return new FoldSerializer();
        }
    }

    private record Writer(
            Folded folded, Fold fold, DynamicTableSink.DataStructureConverter converter)
            implements StatefulSinkWriter<RowData, Fold> {

        @Override
        public void write(RowData data, Context context) {
            Row row = (Row) Objects.requireNonNull(converter.toExternal(data));
            List<String> values = new ArrayList<>();
            for (int i = 0; i < row.getArity(); i++) {
                values.add(Values.text(row.getField(i)));
            }
            folded.apply(fold, row.getKind(), values);
        }

        @Override
        public List<Fold> snapshotState(long checkpointId) {
            synchronized (folded) {
                return List.of(fold.copy());
            }
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
    }

    private record FoldSerializer() implements SimpleVersionedSerializer<Fold> {

        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(Fold fold) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(fold);
            }
            return bytes.toByteArray();
        }

        @Override
        public Fold deserialize(int version, byte[] serialized) throws IOException {
            try (ObjectInputStream in =
                    new ObjectInputStream(new ByteArrayInputStream(serialized))) {
                return (Fold) in.readObject();
            } catch (ClassNotFoundException e) {
                throw new IOException(e);
            }
        }
    }
}
