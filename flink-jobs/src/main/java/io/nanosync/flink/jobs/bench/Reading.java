package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.PgSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** How a job comes to what is measured. */
interface Reading {

    /** As batches of changes: the DataStream API and pipelines in YAML. */
    Reading BATCHES =
            (env, config, tally) ->
                    PgSource.addTo(env, config).sinkTo(new CountingSink(tally)).uid("sink");

    /** Adds the source and a sink that counts into the tally of this name. */
    void addTo(StreamExecutionEnvironment env, SourceConfig config, String tally);
}
