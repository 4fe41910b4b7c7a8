package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.SourceConfig;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** Adds a row view to a job, and the source in front of it with the first of its pipeline. */
final class TableScan implements DataStreamScanProvider {

    private final TableSettings settings;
    private final SourceConfig source;
    private final ScanPlan plan;
    private final List<String> filters;
    private final TypeInformation<RowData> rowType;
    private final ScanState state;
    private final @Nullable EventTime time;

    /**
     * @param filters for which rows of a snapshot are enough, as Flink writes them
     * @param state by which a savepoint finds the scan again
     * @param time by which rows have watermarks; null when the scan makes none
     */
    TableScan(
            TableSettings settings,
            SourceConfig source,
            ScanPlan plan,
            List<String> filters,
            TypeInformation<RowData> rowType,
            ScanState state,
            @Nullable EventTime time) {
        this.settings = settings;
        this.source = source;
        this.plan = plan;
        this.filters = filters;
        this.rowType = rowType;
        this.state = state;
        this.time = time;
    }

    @Override
    public DataStream<RowData> produceDataStream(
            ProviderContext context, StreamExecutionEnvironment env) {
        PipelineScans scans = PipelineScans.join(context, env, settings, state, source, plan);
        RowView view = new RowView(plan, scans.tables());
        SingleOutputStreamOperator<RowData> rows =
                (time == null
                                ? scans.batches().flatMap(view).returns(rowType)
                                : scans.batches()
                                        .transform("Rows", rowType, new TimedRowView(view, time)))
                        .name("rows of " + settings.tables());
        scans.add(context, settings, plan, filters, rows);
        getParallelism().ifPresent(rows::setParallelism);
        return rows;
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
