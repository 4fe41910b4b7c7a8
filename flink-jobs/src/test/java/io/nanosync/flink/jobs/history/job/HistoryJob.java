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
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.scheduler.stopwithsavepoint.StopWithSavepointStoppingException;
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

    private volatile Pipeline pipeline;
    private final String name;
    private final HistoryCluster cluster;
    private final Faults faults;
    private final Passage passage;
    private volatile @Nullable Run run;
    private boolean altered;

    private record Run(JobID id, CompletableFuture<JobResult> result) {}

    private HistoryJob(Pipeline pipeline, String name, HistoryCluster cluster) {
        this.pipeline = pipeline;
        this.name = name;
        this.cluster = cluster;
        this.faults = Faults.create(name);
        this.passage = Passage.create(name);
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

    /** What passed between source and sink. */
    public Passage passage() {
        return passage;
    }

    /**
     * Starts the job from the newest completed checkpoint or savepoint, if there is one. Does
     * nothing while it runs.
     */
    public void start(int parallelism) throws Exception {
        if (run != null) {
            return;
        }
        Configuration settings = JobSettings.of(pipeline, given());
        settings.addAll(given());
        Optional<RetainedState> from = RetainedState.newest(pipeline);
        from.ifPresent(state -> state.restoreIn(settings, true));
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(settings);
        env.setParallelism(parallelism);
        PgSource.addTo(env, pipeline.source())
                .flatMap(new FaultPoint(name))
                .returns(ChangeBatchTypeInfo.INSTANCE)
                .uid("faults")
                .sinkTo(Sinks.arrow(((SinkConfig.Arrow) pipeline.sink()).path()))
                .uid(PipelineJob.SINK_UID);
        altered = false;
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

    /** The pipeline, as it is started next. */
    public Pipeline pipeline() {
        return pipeline;
    }

    /** Has the next start be that of the pipeline as it is now. Nothing runs. */
    public void alter(Pipeline newPipeline) {
        pipeline = newPipeline;
        altered = true;
    }

    /** Whether the pipeline was altered and not started since. */
    public boolean isAltered() {
        return altered;
    }

    /** Whether it was stopped, and not started since. */
    public boolean isStopped() {
        return run == null;
    }

    /** Whether the job ended by itself. */
    public boolean hasEnded() {
        Run current = run;
        return current != null && current.result().isDone();
    }

    /** Forgets a job that ended by itself, so that it can be started again. */
    public void forgetEnded() {
        if (hasEnded()) {
            run = null;
        }
    }

    /** How the job ended by itself; null when it didn't. */
    public Observed.@Nullable Ending ending() {
        Run current = run;
        if (current == null || !current.result().isDone()) {
            return null;
        }
        Throwable error =
                current.result()
                        .join()
                        .getSerializedThrowable()
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

    /** What it is at, task by task, and why it restarted last, if it did. */
    public String state() throws Exception {
        Run current = run;
        if (current == null) {
            return "stopped";
        }
        AccessExecutionGraph graph =
                cluster.flink().getExecutionGraph(current.id()).get(SECONDS, TimeUnit.SECONDS);
        StringBuilder text = new StringBuilder(graph.getState().toString());
        for (AccessExecutionVertex task : graph.getAllExecutionVertices()) {
            text.append(", ").append(task.getExecutionState());
        }
        ErrorInfo failure = graph.getFailureInfo();
        return text.append("; failed last with: ")
                .append(failure == null ? "nothing" : failure.getExceptionAsString())
                .toString();
    }

    /**
     * Stops the job with a savepoint, if it runs.
     *
     * <p>When a task fails after the savepoint was made and before it has stopped, Flink ends the
     * job for good and tells the user to start it again from there, which is done.
     *
     * @return whether it did; when not, the job runs on or has ended by itself
     */
    public boolean stopWithSavepoint() throws Exception {
        Run current = run;
        if (current == null) {
            return true;
        }
        try {
            cluster.flink()
                    .stopWithSavepoint(
                            current.id(),
                            pipeline.stateDir() + "/savepoints",
                            false,
                            SavepointFormatType.CANONICAL)
                    .get(SECONDS, TimeUnit.SECONDS);
            current.result().get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            if (ExceptionUtils.findThrowable(failed, StopWithSavepointStoppingException.class)
                    .isPresent()) {
                current.result().get(SECONDS, TimeUnit.SECONDS);
                run = null;
                start(1);
            }
            return false;
        }
        run = null;
        return true;
    }

    /** Ends the job where it stands, if it runs. */
    public void cancel() throws Exception {
        Run current = run;
        if (current == null || current.result().isDone()) {
            return;
        }
        try {
            cluster.flink().cancelJob(current.id()).get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException endedMeanwhile) {
            if (!current.result().isDone()) {
                throw endedMeanwhile;
            }
        }
        current.result().get(SECONDS, TimeUnit.SECONDS);
        run = null;
    }

    /** See {@link HistoryCluster#loseTaskManager}. */
    public void loseTaskManager(int choice) throws Exception {
        cluster.loseTaskManager(choice);
    }

    /** See {@link HistoryCluster#loseJobMaster}. */
    public void loseJobMaster() throws Exception {
        Run current = run;
        if (current != null && !current.result().isDone()) {
            cluster.loseJobMaster(current.id());
        }
    }

    @Override
    public void close() throws Exception {
        faults.hold(false);
        cluster.close();
    }
}
