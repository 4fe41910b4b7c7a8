package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.PgSource;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.data.RowData;

/** Adds the source and the row view behind it to a job. */
final class TableScan implements DataStreamScanProvider {

    private final TableSettings settings;
    private final SourceConfig source;
    private final ScanPlan plan;
    private final TypeInformation<RowData> rowType;
    private final String stateName;

    /**
     * @param stateName by which a savepoint finds the scan again
     */
    TableScan(
            TableSettings settings,
            SourceConfig source,
            ScanPlan plan,
            TypeInformation<RowData> rowType,
            String stateName) {
        this.settings = settings;
        this.source = source;
        this.plan = plan;
        this.rowType = rowType;
        this.stateName = stateName;
    }

    @Override
    public DataStream<RowData> produceDataStream(
            ProviderContext context, StreamExecutionEnvironment env) {
        requireOnlyScan(env);
        DataStreamSource<ChangeBatch> batches = PgSource.addTo(env, source);
        // The source's own uid is the same in every table: a job may read several.
        batches.uid(context.generateUid("nanosync-source").orElse("nanosync-source-" + stateName));
        SingleOutputStreamOperator<RowData> rows =
                batches.flatMap(new RowView(plan))
                        .returns(rowType)
                        .name("rows of " + settings.tables());
        rows.uid(context.generateUid("nanosync-rows").orElse("nanosync-rows-" + stateName));
        getParallelism()
                .ifPresent(
                        parallelism -> {
                            batches.setParallelism(parallelism);
                            rows.setParallelism(parallelism);
                        });
        return rows;
    }

    /** Flink makes one scan of several that differ in columns alone. */
    private void requireOnlyScan(StreamExecutionEnvironment env) {
        String name = PgSource.operatorName(settings.pipeline());
        boolean another =
                env.getTransformations().stream()
                        .flatMap(operator -> operator.getInputs().stream())
                        .anyMatch(input -> input.getName().equals(name));
        if (another) {
            throw new ValidationException(
                    "Pipeline "
                            + settings.pipeline()
                            + " would have two scans in one job, of "
                            + settings.tables()
                            + " and of another table or with other options or another limit: but"
                            + " its slot has one reader, and two snapshots are of two moments."
                            + " Give each its own 'pipeline', in the table's options or as a hint");
        }
    }

    @Override
    public boolean isBounded() {
        return settings.bounded();
    }

    @Override
    public Optional<Integer> getParallelism() {
        return Optional.ofNullable(settings.parallelism());
    }
}
