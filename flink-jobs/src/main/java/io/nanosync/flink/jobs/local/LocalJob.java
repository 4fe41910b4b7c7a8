package io.nanosync.flink.jobs.local;

import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.compose.JobSettings;
import io.nanosync.flink.jobs.compose.PipelineJob;
import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline that runs in a {@link LocalCluster}.
 *
 * @param result how it ended, once it has
 */
public record LocalJob(Pipeline pipeline, JobID id, CompletableFuture<JobResult> result) {

    /** Slots that a pipeline takes. */
    public static int slots(Pipeline pipeline) {
        Integer parallelism = pipeline.parallelism();
        return parallelism == null ? 1 : parallelism;
    }

    /**
     * Starts a pipeline.
     *
     * @param from what it goes on from; null to begin
     */
    public static LocalJob start(
            LocalCluster cluster, Pipeline pipeline, @Nullable RetainedState from)
            throws Exception {
        Configuration settings = JobSettings.of(pipeline, new Configuration());
        if (from != null) {
            from.restoreIn(settings, true);
        }
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(settings);
        env.setParallelism(slots(pipeline));
        PipelineJob.addTo(env, pipeline);
        StreamGraph graph = env.getStreamGraph();
        if (pipeline.isBounded()) {
            graph.registerJobStatusHook(new MarksEnd(pipeline));
        }
        JobID id = cluster.submit(graph);
        new JobRecord(
                        cluster.webUi(),
                        id.toHexString(),
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        JobRecord.LocalProcess.current())
                .write(pipeline.stateDir());
        return new LocalJob(pipeline, id, cluster.result(id));
    }
}
