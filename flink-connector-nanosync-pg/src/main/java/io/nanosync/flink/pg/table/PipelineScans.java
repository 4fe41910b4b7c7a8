package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.PgSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.BatchShuffleMode;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.SourceTransformation;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ProviderContext;
import org.jspecify.annotations.Nullable;

/**
 * The scans of one pipeline in a statement, and the source that they share. Flink translates each
 * statement, also for EXPLAIN, in an environment of its own, where the first scan leaves them.
 */
final class PipelineScans {

    private final StreamExecutionEnvironment env;
    private final PipelineTables tables = new PipelineTables();
    private final List<String> scanned = new ArrayList<>();
    private final SharedSettings settings;
    private final PipelineSource source;
    private final DataStreamSource<ChangeBatch> batches;
    private final boolean named;
    private SourceConfig config;

    private PipelineScans(
            ProviderContext context,
            StreamExecutionEnvironment env,
            SharedSettings settings,
            SourceConfig config) {
        this.env = env;
        this.settings = settings;
        this.config = config;
        this.source = new PipelineSource(PgSource.forJob(env, config), this);
        this.batches =
                env.fromSource(
                        source,
                        WatermarkStrategy.noWatermarks(),
                        PgSource.operatorName(config.pipeline()));
        // The source's own uid is the same in every table: a job may read several.
        String planned = context.generateUid("nanosync-source").orElse(null);
        this.named = planned == null;
        batches.uid(planned == null ? "nanosync-source-" + settings.stateName() : planned);
        Integer parallelism = settings.parallelism();
        if (parallelism != null) {
            batches.setParallelism(parallelism);
        }
    }

    /**
     * Adds a scan, and the source with the first of its pipeline.
     *
     * @throws ValidationException when it can't share the source that is there
     */
    static PipelineScans add(
            ProviderContext context,
            StreamExecutionEnvironment env,
            TableSettings table,
            ScanState state,
            SourceConfig config,
            ScanPlan plan) {
        List<QualifiedName> names =
                plan.tables().stream().map(one -> one.rows().table().name()).toList();
        PipelineScans scans = find(env, config.pipeline());
        if (scans == null) {
            SharedSettings shared = new SharedSettings(table, state);
            shared.join(table, state, names);
            scans = new PipelineScans(context, env, shared, config);
        } else {
            scans.settings.join(table, state, names);
            scans.join(config);
        }
        names.forEach(scans.tables::add);
        scans.scanned.add(table.tables().toString());
        return scans;
    }

    private static @Nullable PipelineScans find(StreamExecutionEnvironment env, String pipeline) {
        return env.getTransformations().stream()
                .flatMap(operator -> operator.getInputs().stream())
                .map(PipelineScans::of)
                .filter(Objects::nonNull)
                .filter(scans -> scans.config.pipeline().equals(pipeline))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable PipelineScans of(Transformation<?> operator) {
        return operator instanceof SourceTransformation<?, ?, ?> of
                        && of.getSource() instanceof PipelineSource pipeline
                ? pipeline.scans()
                : null;
    }

    private void join(SourceConfig other) {
        // There one input of a join is read to its end before the other.
        if (env.getConfiguration().get(ExecutionOptions.RUNTIME_MODE) == RuntimeExecutionMode.BATCH
                && env.getConfiguration().get(ExecutionOptions.BATCH_SHUFFLE_MODE)
                        == BatchShuffleMode.ALL_EXCHANGES_PIPELINED) {
            throw new ValidationException(
                    "Pipeline "
                            + config.pipeline()
                            + " can't be read for several scans in batch mode with "
                            + ExecutionOptions.BATCH_SHUFFLE_MODE.key()
                            + " = ALL_EXCHANGES_PIPELINED: one would wait for the other. Leave that"
                            + " out, or give each its own 'pipeline'");
        }
        config = config.together(other);
        source.become(PgSource.forJob(env, config));
        if (named) {
            batches.uid("nanosync-source-" + settings.stateName());
        }
    }

    /** The changes of all of them. */
    DataStreamSource<ChangeBatch> batches() {
        return batches;
    }

    PipelineTables tables() {
        return tables;
    }

    /** What tells the scan that was added last from those before, in names; empty for the first. */
    String suffix() {
        String last = scanned.get(scanned.size() - 1);
        long same = scanned.stream().filter(last::equals).count();
        return scanned.size() == 1 ? "" : "-" + last + (same == 1 ? "" : "-" + same);
    }
}
