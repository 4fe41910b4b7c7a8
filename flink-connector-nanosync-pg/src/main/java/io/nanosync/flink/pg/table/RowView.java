package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.OutputTypeConfigurable;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Walks change batches and emits their rows as Flink SQL's. Keeps no state: a batch is turned into
 * rows whole or, after a failure, again. Runs in the source's task, chained to it.
 */
final class RowView extends RichFlatMapFunction<ChangeBatch, RowData>
        implements OutputTypeConfigurable<RowData> {

    private static final long serialVersionUID = 1L;

    private final ScanPlan plan;
    private final PipelineTables pipeline;
    private transient Map<QualifiedName, TableRows> tables = new HashMap<>();
    private transient @Nullable KeyLookup lookup;

    /**
     * @param pipeline the tables whose batches come; those that aren't the plan's are others'
     */
    RowView(ScanPlan plan, PipelineTables pipeline) {
        this.plan = plan;
        this.pipeline = pipeline;
    }

    /**
     * Flink says as what the rows will be read. A compiled plan that doesn't have the table's
     * columns may have been compiled when they were declared as others.
     */
    @Override
    public void setOutputType(TypeInformation<RowData> read, ExecutionConfig config) {
        List<LogicalType> written = plan.types();
        if (read instanceof InternalTypeInfo<RowData> rows
                && !RowLayout.isSame(written, rows.toLogicalType().getChildren())) {
            throw new ValidationException(
                    "Cannot read "
                            + plan.names().stream()
                                    .map(QualifiedName::toString)
                                    .collect(Collectors.joining(", "))
                            + ": the plan was compiled for rows of "
                            + summary(rows.toLogicalType().getChildren())
                            + ", and the table is declared with "
                            + summary(written)
                            + " now. Compile the statement again, or declare the table as it was");
        }
    }

    private static String summary(List<LogicalType> types) {
        return types.stream()
                .map(LogicalType::asSummaryString)
                .collect(Collectors.joining(", ", "(", ")"));
    }

    @Override
    public void open(OpenContext context) {
        tables = new HashMap<>();
        for (TablePlan table : plan.tables()) {
            tables.put(
                    table.rows().table().name(),
                    TableRows.open(
                            table,
                            // Then Flink copies what goes from one operator to the next.
                            !getRuntimeContext().isObjectReuseEnabled(),
                            getRuntimeContext().getMetricGroup(),
                            table.reread() == null ? null : lookup(table.reread())));
        }
    }

    /** The one connection for all tables. */
    private KeyLookup lookup(LookupPlan reread) {
        KeyLookup opened = lookup;
        if (opened == null) {
            // Never streams, so no time-out for that.
            opened =
                    new KeyLookup(
                            reread.table().name().toString(),
                            new JdbcPgClient(reread.connection(), Duration.ZERO));
            lookup = opened;
        }
        return opened;
    }

    @Override
    public void close() {
        if (lookup != null) {
            lookup.close();
        }
    }

    @Override
    public void flatMap(ChangeBatch batch, Collector<RowData> out) throws InterruptedException {
        TableRows rows = rows(batch.table());
        if (rows != null) {
            rows.emit(batch, out);
        } else {
            pipeline.require(batch.table());
        }
    }

    private @Nullable TableRows rows(QualifiedName batch) {
        // The only one comes under the name that it had when it was captured.
        return tables.get(pipeline.isOne() ? plan.tables().get(0).rows().table().name() : batch);
    }
}
