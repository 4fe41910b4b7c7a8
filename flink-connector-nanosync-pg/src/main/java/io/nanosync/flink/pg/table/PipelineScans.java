package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.PgSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.BatchShuffleMode;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.SourceTransformation;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * The scans of one pipeline in a statement, and the source that they share. Flink translates each
 * statement, also for EXPLAIN, in an environment of its own, where the first scan leaves them. In
 * batch mode it looks at some scans before, in the environment of the session, and keeps what they
 * gave for the translation.
 */
final class PipelineScans {

    /** Flink's environment of one translation: a class of the planner's own, from 1.20 to 2.3. */
    private static final String TRANSLATION =
            "org.apache.flink.table.planner.utils.DummyStreamExecutionEnvironment";

    /** Those of the statement that a thread plans at which Flink has looked before. */
    private static final ThreadLocal<List<PipelineScans>> LOOKED_AT =
            ThreadLocal.withInitial(ArrayList::new);

    private final StreamExecutionEnvironment env;
    private final PipelineTables tables = new PipelineTables();
    private final List<View> views = new ArrayList<>();
    private final SharedSettings settings;
    private final PipelineSource source;
    private final DataStreamSource<ChangeBatch> batches;
    private final boolean named;
    private SourceConfig config;

    /** The environment in which the statement is translated; null as long as that isn't known. */
    private @Nullable StreamExecutionEnvironment translation;

    private boolean isTranslated;

    /**
     * A scan's rows.
     *
     * @param tables of which they are
     * @param reads what it makes of them
     * @param operator makes them of batches
     */
    private record View(
            String tables, String reads, SingleOutputStreamOperator<RowData> operator) {}

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
     * Takes another scan, and adds the source with the first of its pipeline.
     *
     * @throws ValidationException when it can't share the source that is there
     */
    static PipelineScans join(
            ProviderContext context,
            StreamExecutionEnvironment env,
            TableSettings table,
            ScanState state,
            SourceConfig config,
            ScanPlan plan) {
        List<QualifiedName> names = plan.names();
        PipelineScans scans = find(env, config.pipeline());
        if (scans == null) {
            scans =
                    new PipelineScans(
                            context, env, new SharedSettings(table, state, names), config);
            if (!isTranslation(env)) {
                LOOKED_AT.get().add(scans);
            }
        } else {
            scans.settings.join(table, state, names);
            scans.join(config);
        }
        names.forEach(scans.tables::add);
        return scans;
    }

    /** Another statement is planned: one before may have failed behind such a look. */
    static void beginPlanning() {
        LOOKED_AT.remove();
    }

    private static boolean isTranslation(StreamExecutionEnvironment env) {
        return env.getClass().getName().equals(TRANSLATION);
    }

    private static @Nullable PipelineScans find(StreamExecutionEnvironment env, String pipeline) {
        StreamExecutionEnvironment translation = isTranslation(env) ? env : null;
        Stream<PipelineScans> translated =
                translation == null
                        ? Stream.of()
                        : env.getTransformations().stream()
                                .flatMap(operator -> operator.getInputs().stream())
                                .map(PipelineScans::of)
                                .filter(Objects::nonNull);
        PipelineScans found =
                Stream.concat(translated, LOOKED_AT.get().stream())
                        .filter(scans -> scans.config.pipeline().equals(pipeline))
                        .filter(scans -> scans.takesMore(translation))
                        .findFirst()
                        .orElse(null);
        if (found != null && translation != null) {
            found.translation = translation;
        }
        return found;
    }

    private boolean takesMore(@Nullable StreamExecutionEnvironment in) {
        return !isTranslated && (translation == null || translation == in);
    }

    /** Flink makes a job of the translation. */
    void end() {
        isTranslated = true;
        LOOKED_AT.get().remove(this);
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

    /** Adds the operator of a scan, and names all, for savepoints. */
    void add(
            ProviderContext context,
            TableSettings table,
            ScanPlan plan,
            List<String> filters,
            SingleOutputStreamOperator<RowData> operator) {
        if (!isTranslation(env)) {
            // Else it would be part of the next job that a program makes with this environment.
            env.getTransformations().remove(operator.getTransformation());
        }
        String planned = context.generateUid("nanosync-rows").orElse(null);
        if (planned != null) {
            operator.uid(planned);
            return;
        }
        views.add(new View(table.tables().toString(), reads(plan, filters), operator));
        nameViews();
    }

    /**
     * By what they read, not by their places: Flink finds the state of an operator without a name
     * by its place and by who is in front of it, so the state of one table's rows would be taken
     * for another's when a statement's parts come in another order.
     */
    private void nameViews() {
        String pipeline = "nanosync-rows-" + settings.stateName();
        if (views.size() == 1) {
            views.get(0).operator().uid(pipeline);
            return;
        }
        Map<String, Integer> given = new HashMap<>();
        for (View view : views) {
            boolean only =
                    views.stream().filter(other -> other.tables().equals(view.tables())).count()
                            == 1;
            String name = pipeline + "-" + view.tables() + (only ? "" : " " + view.reads());
            int count = given.merge(name, 1, Integer::sum);
            view.operator().uid(count == 1 ? name : name + " " + count);
        }
    }

    private static String reads(ScanPlan plan, List<String> filters) {
        RowPlan rows = plan.tables().get(0).rows();
        return Stream.of(
                        Stream.of(rows.style(), rows.truncate(), rows.toast(), rows.nullsMisfits()),
                        rows.columns().stream().map(RowColumn::name),
                        rows.metadata().stream(),
                        filters.isEmpty() ? Stream.of() : Stream.of(fingerprint(filters)))
                .flatMap(parts -> parts)
                .map(String::valueOf)
                .collect(Collectors.joining(" "));
    }

    /** They may be longer than a name can be. */
    private static UUID fingerprint(List<String> filters) {
        return UUID.nameUUIDFromBytes(
                String.join(" AND ", filters).getBytes(StandardCharsets.UTF_8));
    }
}
