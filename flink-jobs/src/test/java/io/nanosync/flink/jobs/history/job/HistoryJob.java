package io.nanosync.flink.jobs.history.job;

import io.nanosync.flink.jobs.compose.JobSettings;
import io.nanosync.flink.jobs.compose.PipelineJob;
import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.history.check.Observed;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.SinkConfig;
import io.nanosync.flink.jobs.sink.Sinks;
import io.nanosync.flink.pg.source.PgSource;
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.typeinfo.ChangeBatchTypeInfo;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline as the product runs it, with the product's own Arrow sink, and a {@link FaultPoint}
 * between source and sink. One job at a time, as many one after the other as are started.
 */
public final class HistoryJob implements AutoCloseable {

    /** The highest parallelism. */
    public static final int MOST_SUBTASKS = 3;

    private static final long SECONDS = 60;

    private final Pipeline pipeline;
    private final String name;
    private final HistoryCluster cluster;
    private final Faults faults;
    private volatile @Nullable Run run;

    private record Run(JobID id, CompletableFuture<JobResult> result) {}

    private HistoryJob(Pipeline pipeline, String name, HistoryCluster cluster) {
        this.pipeline = pipeline;
        this.name = name;
        this.cluster = cluster;
        this.faults = Faults.create(name);
    }

    /**
     * A cluster for the pipeline, whose sink is of type {@code arrow}. Nothing runs yet.
     *
     * @param name unique in this process
     */
    public static HistoryJob of(Pipeline pipeline, String name) throws Exception {
        return new HistoryJob(pipeline, name, HistoryCluster.start(MOST_SUBTASKS));
    }

    /** What can go wrong in it. */
    public Faults faults() {
        return faults;
    }

    /** Starts the job from the newest completed checkpoint or savepoint, if there is one. */
    public void start(int parallelism) throws Exception {
        Configuration settings = JobSettings.of(pipeline, given());
        settings.addAll(given());
        Optional<RetainedState> from = RetainedState.newest(pipeline);
        from.ifPresent(state -> state.restoreIn(settings, true));
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(settings);
        env.setParallelism(parallelism);
        PgSource.addTo(env, PipelineJob.sourceConfig(pipeline))
                .flatMap(new FaultPoint(name))
                .returns(ChangeBatchTypeInfo.INSTANCE)
                .uid("faults")
                .sinkTo(Sinks.arrow(((SinkConfig.Arrow) pipeline.sink()).path()))
                .uid(PipelineJob.SINK_UID);
        MiniCluster flink = cluster.flink();
        JobID id = flink.submitJob(env.getStreamGraph()).get(SECONDS, TimeUnit.SECONDS).getJobID();
        run = new Run(id, flink.requestJobResult(id));
    }

    /** Restarts at once and without end, and tolerates any number of declined checkpoints. */
    private static Configuration given() {
        Configuration given = new Configuration();
        given.setString("restart-strategy.type", "fixed-delay");
        given.setString("restart-strategy.fixed-delay.attempts", "1000000");
        given.setString("restart-strategy.fixed-delay.delay", "200 ms");
        given.setString("execution.checkpointing.tolerable-failed-checkpoints", "1000000");
        given.setString("execution.checkpointing.timeout", "20 s");
        return given;
    }

    /** How the job ended by itself; empty while it runs. */
    public Optional<JobResult> ended() {
        CompletableFuture<JobResult> result = running().result();
        return result.isDone() ? Optional.of(result.join()) : Optional.empty();
    }

    /** How the job ended by itself, or was ended; null while it runs. */
    public Observed.@Nullable Ending ending() {
        Throwable error =
                ended().flatMap(JobResult::getSerializedThrowable)
                        .<Throwable>map(e -> e.deserializeError(getClass().getClassLoader()))
                        .orElse(null);
        if (error == null) {
            return null;
        }
        Optional<PipelineFailedException> refusal =
                ExceptionUtils.findThrowable(error, PipelineFailedException.class);
        return new Observed.Ending(
                refusal.isPresent(),
                refusal.map(Throwable::getMessage)
                        .orElseGet(() -> ExceptionUtils.stringifyException(error)));
    }

    /** Why it restarted last, if it did. */
    public String lastFailure() throws Exception {
        ErrorInfo failure =
                cluster.flink()
                        .getExecutionGraph(running().id())
                        .get(SECONDS, TimeUnit.SECONDS)
                        .getFailureInfo();
        return failure == null ? "never failed" : failure.getExceptionAsString();
    }

    /** Stops the job with a savepoint. The job runs on when this fails. */
    public void stopWithSavepoint() throws Exception {
        Run current = running();
        cluster.flink()
                .stopWithSavepoint(
                        current.id(),
                        pipeline.stateDir() + "/savepoints",
                        false,
                        SavepointFormatType.CANONICAL)
                .get(SECONDS, TimeUnit.SECONDS);
        current.result().get(SECONDS, TimeUnit.SECONDS);
    }

    /** Ends the job where it stands. */
    public void cancel() throws Exception {
        Run current = run;
        if (current == null || current.result().isDone()) {
            return;
        }
        try {
            cluster.flink().cancelJob(current.id()).get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            if (!current.result().isDone()) {
                throw e;
            }
        }
        current.result().get(SECONDS, TimeUnit.SECONDS);
    }

    /** See {@link HistoryCluster#loseTaskManager}. */
    public void loseTaskManager(int choice) throws Exception {
        cluster.loseTaskManager(choice);
    }

    /** See {@link HistoryCluster#loseJobMaster}. */
    public void loseJobMaster() throws Exception {
        cluster.loseJobMaster(running().id());
    }

    private Run running() {
        Run current = run;
        if (current == null) {
            throw new IllegalStateException("The job wasn't started");
        }
        return current;
    }

    @Override
    public void close() throws Exception {
        faults.hold(false);
        cluster.close();
    }
}
