package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.config.SourceConfig;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The PostgreSQL source. */
public final class PgSource {

    private PgSource() {}

    /**
     * Adds the source to a job with the uid {@code nanosync-source}, after checking that the job's
     * settings keep exactly-once: checkpoints are on for a continuous source, and aligned.
     */
    public static DataStreamSource<ChangeBatch> addTo(
            StreamExecutionEnvironment env, SourceConfig config) {
        throw new UnsupportedOperationException("contract only: " + env + config);
    }
}
