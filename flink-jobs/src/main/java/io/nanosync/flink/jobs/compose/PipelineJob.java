package io.nanosync.flink.jobs.compose;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.SinkConfig;
import io.nanosync.flink.jobs.sink.Sinks;
import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.source.PgSource;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A pipeline as a Flink job: source, sink, stable operator uids. */
public final class PipelineJob {

    /** Uid of the sink; with that of the source it is what savepoints refer to. */
    public static final String SINK_UID = "nanosync-sink";

    private PipelineJob() {}

    /** Adds the pipeline's operators to an environment that has {@link JobSettings}. */
    public static void addTo(StreamExecutionEnvironment env, Pipeline pipeline) {
        addTo(env, pipeline, sink(pipeline.sink()));
    }

    /** The same with a sink of the caller's. */
    public static void addTo(
            StreamExecutionEnvironment env, Pipeline pipeline, Sink<ChangeBatch> sink) {
        if (pipeline.parallelism() != null) {
            env.setParallelism(pipeline.parallelism());
        }
        PgSource.addTo(env, pipeline.source()).sinkTo(sink).name("sink").uid(SINK_UID);
    }

    private static Sink<ChangeBatch> sink(SinkConfig config) {
        if (config instanceof SinkConfig.Arrow arrow) {
            return Sinks.arrow(arrow.path());
        }
        return config instanceof SinkConfig.Print ? Sinks.print() : Sinks.blackhole();
    }
}
