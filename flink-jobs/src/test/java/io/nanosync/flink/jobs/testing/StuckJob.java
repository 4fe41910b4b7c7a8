package io.nanosync.flink.jobs.testing;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.source.PgSource;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** A pipeline whose sink takes the first batch of changes and never comes back. */
public final class StuckJob {

    private StuckJob() {}

    /**
     * @param arguments DSN, pipeline and table
     */
    public static void main(String[] arguments) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        PgSource.builder()
                .dsn(arguments[0])
                .pipeline(arguments[1])
                .tables(arguments[2])
                .property("startup_mode", "latest")
                .property("cdc_channel_buffer_size", 1000)
                .build()
                .addTo(env)
                .map(new Stuck())
                .sinkTo(new DiscardingSink<>());
        env.execute(arguments[1]);
    }

    /** Takes the first one for ever. */
    public static final class Stuck implements MapFunction<ChangeBatch, String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String map(ChangeBatch batch) throws InterruptedException {
            Thread.sleep(Long.MAX_VALUE);
            return "";
        }
    }
}
