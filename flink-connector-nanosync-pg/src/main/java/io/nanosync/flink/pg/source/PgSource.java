package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.Remnants;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.drift.DriftReport;
import io.nanosync.flink.pg.source.enumerator.EnumeratorCheckpoint;
import io.nanosync.flink.pg.source.enumerator.EnumeratorCheckpointSerializer;
import io.nanosync.flink.pg.source.enumerator.PgSplitEnumerator;
import io.nanosync.flink.pg.source.enumerator.server.Lineage;
import io.nanosync.flink.pg.source.enumerator.server.NewestState;
import io.nanosync.flink.pg.source.enumerator.server.PauseFiles;
import io.nanosync.flink.pg.source.enumerator.server.PipelinePreflight;
import io.nanosync.flink.pg.source.enumerator.server.PipelineRemnants;
import io.nanosync.flink.pg.source.enumerator.server.ResnapshotRequests;
import io.nanosync.flink.pg.source.reader.PgSourceReader;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.PgSplitSerializer;
import io.nanosync.flink.pg.typeinfo.ChangeBatchTypeInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.flink.streaming.api.lineage.SourceLineageVertex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL source: the rows of tables under one snapshot, then every change committed after
 * it, each exactly once. Rows before changes is kept with aligned checkpoints only; {@link
 * #addTo(StreamExecutionEnvironment)} checks that.
 *
 * <pre>{@code
 * DataStream<ChangeBatch> changes =
 *         PgSource.builder()
 *                 .pipeline("orders")
 *                 .dsn("postgres://nanosync:secret@db:5432/shop")
 *                 .tables("public.orders")
 *                 .build()
 *                 .addTo(env);
 * }</pre>
 */
@PublicEvolving
public final class PgSource
        implements Source<ChangeBatch, PgSplit, EnumeratorCheckpoint>,
                ResultTypeQueryable<ChangeBatch>,
                LineageVertexProvider {

    private static final long serialVersionUID = 1L;

    /** The uid of the source in a job: what a savepoint finds its state by. */
    public static final String UID = "nanosync-source";

    /**
     * The checkpoint timeout that goes with {@code batch_boundary_signaling}: shorter ones may end
     * within large transactions.
     */
    public static final Duration WHOLE_TRANSACTIONS_TIMEOUT = Duration.ofHours(1);

    /** In batch mode Flink starts a second attempt beside one that is slow. */
    private static final ConfigOption<Boolean> SPECULATIVE =
            ConfigOptions.key("execution.batch.speculative.enabled")
                    .booleanType()
                    .defaultValue(false);

    private static final Logger LOG = LoggerFactory.getLogger(PgSource.class);

    private final SourceConfig config;
    private final PgClient client;

    private PgSource(SourceConfig config, PgClient client) {
        this.config = config;
        this.client = client;
    }

    /** Configures one. */
    public static PgSourceBuilder builder() {
        return new PgSourceBuilder();
    }

    /**
     * The source as such, for an environment whose settings the caller answers for: {@link
     * #addTo(StreamExecutionEnvironment)} is the way that checks them.
     */
    @Internal
    public static PgSource of(SourceConfig config) {
        return new PgSource(config, client(config));
    }

    private static PgClient client(SourceConfig config) {
        return new JdbcPgClient(config.connection(), config.walSenderTimeout());
    }

    /**
     * Asks a server whether a pipeline can run there; a job that starts asks the same. Changes
     * nothing on it.
     *
     * @param resumes whether there is state to go on from, so that the slot must be there
     * @throws PgException when the server can't be asked
     */
    public static List<Finding> preflight(SourceConfig config, boolean resumes) throws PgException {
        return PipelinePreflight.run(config, client(config), resumes);
    }

    /**
     * The pipeline's slot as the server shows it now; null when there is none.
     *
     * @throws PgException when the server can't be asked
     */
    @Internal
    public static @Nullable SlotState slot(SourceConfig config) throws PgException {
        try (ControlSession control = client(config).openControl()) {
            return control.slot(config.slot());
        }
    }

    /**
     * Which session of the server has the lock that the pipeline's job holds, whatever it does:
     * process id, application, role and address, for messages. Null when none has, or one that
     * nobody uses any more and a job which starts would end.
     *
     * @throws PgException when the server can't be asked
     */
    @Internal
    public static @Nullable String lockHolder(SourceConfig config) throws PgException {
        return PipelinePreflight.lockHolder(config, client(config));
    }

    /**
     * Whether a state is of a job that waited for another one of its pipeline, which has gone on
     * since: it doesn't come from the newest of which the state directory knows. Of a state of a
     * version that doesn't say what it comes from nobody knows.
     *
     * @param coordinator what the checkpoint holds of the source's coordinator
     * @throws PgException when the record of the newest is damaged
     */
    @Internal
    public static boolean isLeftBehind(SourceConfig config, byte[] coordinator) throws IOException {
        Lineage lineage = EnumeratorCheckpointSerializer.ofCoordinator(coordinator).lineage();
        return lineage != null && !new NewestState(config).isFollowedBy(lineage);
    }

    /**
     * Asks a pipeline to read tables again while its others go on where they are: the running job
     * takes it up within seconds, else the next one that is started from its state. Rows that came
     * of these tables are taken back by a truncate first. Leaves a file in the state directory.
     *
     * @throws IllegalArgumentException when it has no state directory, or no way to do so
     */
    public static void readAgain(SourceConfig config, List<QualifiedName> tables)
            throws IOException {
        if (!config.readsTablesAgain()) {
            throw new IllegalArgumentException(
                    "Pipeline "
                            + config.pipeline()
                            + " can't read single tables again: that takes a state directory, a"
                            + " snapshot with a stream behind it, and a consumer of truncates");
        }
        new ResnapshotRequests(config).add(tables);
    }

    /**
     * What a pipeline waits for, whose stream stands in front of a changed schema; empty when it
     * isn't paused. From its state directory, whether it runs or not.
     *
     * @throws IllegalArgumentException when it has no state directory
     */
    public static List<DriftReport> pauses(SourceConfig config) throws IOException {
        return pauseFiles(config).waiting();
    }

    /**
     * Accepts the changed schema that a pipeline waits for: it goes on within seconds if it runs,
     * else when it is started again. Leaves a file in the state directory.
     *
     * @throws IllegalArgumentException when the schema can't be accepted, or the pipeline has no
     *     state directory
     */
    public static void resume(SourceConfig config, DriftReport report) throws IOException {
        if (!report.acceptable()) {
            throw new IllegalArgumentException(report.text());
        }
        pauseFiles(config).accept(report);
    }

    /**
     * Looks what a pipeline that is to be deleted has on its server, and keeps its jobs out until
     * that is closed.
     *
     * @throws PgException when the server can't be asked, or a job of the pipeline runs
     */
    @Internal
    public static Remnants remnants(SourceConfig config) throws IOException {
        return PipelineRemnants.find(config, client(config));
    }

    private static PauseFiles pauseFiles(SourceConfig config) {
        if (config.stateDir() == null) {
            throw new IllegalArgumentException(
                    "Pipeline " + config.pipeline() + " has no state directory: it never pauses");
        }
        return new PauseFiles(config);
    }

    /**
     * Adds the source to a job, under {@link #UID}. Of several in a job give each its own, {@code
     * addTo(env).uid("…")}, so that a savepoint finds their states.
     *
     * @throws IllegalArgumentException when the job's settings don't keep exactly-once; says which
     *     to change
     */
    public DataStreamSource<ChangeBatch> addTo(StreamExecutionEnvironment env) {
        return addTo(env, config);
    }

    /**
     * Adds the source to a job under {@link #UID}, after checking that the job's settings keep
     * exactly-once: a continuous source needs checkpoints, and they must be aligned and exactly
     * once.
     *
     * @throws IllegalArgumentException when they aren't; says which setting to change
     */
    public static DataStreamSource<ChangeBatch> addTo(
            StreamExecutionEnvironment env, SourceConfig config) {
        DataStreamSource<ChangeBatch> source =
                env.fromSource(
                        forJob(env, config),
                        WatermarkStrategy.noWatermarks(),
                        operatorName(config.pipeline()));
        source.uid(UID);
        return source;
    }

    /**
     * The source for a job of this environment, after the same check.
     *
     * @throws IllegalArgumentException when the job's settings don't keep exactly-once; says which
     *     to change
     */
    @Internal
    public static PgSource forJob(StreamExecutionEnvironment env, SourceConfig config) {
        boolean checkpoints = env.getCheckpointConfig().isCheckpointingEnabled();
        if (!(config.startup() instanceof StartupMode.Snapshot)) {
            check(env.getCheckpointConfig(), config);
        } else if (env.getConfiguration().get(SPECULATIVE)) {
            throw new IllegalArgumentException(
                    "Pipeline "
                            + config.pipeline()
                            + " can't be read by two attempts at a time. Set "
                            + SPECULATIVE.key()
                            + ": false");
        }
        return of(config.awaitingCheckpoint(checkpoints));
    }

    /** The name of the source of a pipeline in its job. */
    @Internal
    public static String operatorName(String pipeline) {
        return "PostgreSQL " + pipeline;
    }

    private static void check(CheckpointConfig checkpoints, SourceConfig config) {
        if (!checkpoints.isCheckpointingEnabled()) {
            throw new IllegalArgumentException(
                    "Pipeline "
                            + config.pipeline()
                            + " reads changes, and those are confirmed to PostgreSQL by checkpoints"
                            + " only: without them WAL would grow for ever. Set"
                            + " execution.checkpointing.interval, for example to 10s");
        }
        if (checkpoints.isUnalignedCheckpointsEnabled()) {
            throw new IllegalArgumentException(
                    "Pipeline "
                            + config.pipeline()
                            + " needs aligned checkpoints: an unaligned one completes while"
                            + " snapshot rows are on their way, and changes could overtake them."
                            + " Set execution.checkpointing.unaligned.enabled: false");
        }
        if (config.wholeTransactions()
                && checkpoints.getCheckpointTimeout() < WHOLE_TRANSACTIONS_TIMEOUT.toMillis()) {
            LOG.warn(
                    "Pipeline {} has batch_boundary_signaling, under which no checkpoint begins"
                            + " within a transaction: one that takes the sink longer than {} s lets"
                            + " each checkpoint expire, and the job fail. If there may be any, set"
                            + " execution.checkpointing.timeout, for example to 1h",
                    config.pipeline(),
                    checkpoints.getCheckpointTimeout() / 1000);
        }
        if (checkpoints.getCheckpointingConsistencyMode() != CheckpointingMode.EXACTLY_ONCE) {
            throw new IllegalArgumentException(
                    "Pipeline "
                            + config.pipeline()
                            + " needs exactly-once checkpoints. Set execution.checkpointing.mode:"
                            + " EXACTLY_ONCE");
        }
    }

    @Override
    public Boundedness getBoundedness() {
        return CapturedDatasets.boundedness(config);
    }

    /** The tables that it captures, for Flink's graph of lineage; no secret. */
    @Override
    public SourceLineageVertex getLineageVertex() {
        return new CapturedDatasets(() -> config);
    }

    SourceConfig config() {
        return config;
    }

    @Internal
    @Override
    public SplitEnumerator<PgSplit, EnumeratorCheckpoint> createEnumerator(
            SplitEnumeratorContext<PgSplit> context) {
        return new PgSplitEnumerator(context, config, client, null);
    }

    @Internal
    @Override
    public SplitEnumerator<PgSplit, EnumeratorCheckpoint> restoreEnumerator(
            SplitEnumeratorContext<PgSplit> context, EnumeratorCheckpoint restored) {
        return new PgSplitEnumerator(context, config, client, restored);
    }

    @Internal
    @Override
    public SourceReader<ChangeBatch, PgSplit> createReader(SourceReaderContext context) {
        return PgSourceReader.create(context, config, client);
    }

    @Internal
    @Override
    public SimpleVersionedSerializer<PgSplit> getSplitSerializer() {
        return new PgSplitSerializer();
    }

    @Internal
    @Override
    public SimpleVersionedSerializer<EnumeratorCheckpoint> getEnumeratorCheckpointSerializer() {
        return new EnumeratorCheckpointSerializer();
    }

    @Override
    public TypeInformation<ChangeBatch> getProducedType() {
        return ChangeBatchTypeInfo.INSTANCE;
    }
}
