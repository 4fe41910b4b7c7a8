package io.nanosync.flink.jobs.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
class LocalClusterITCase {

    private static final int JOBS = 4;
    private static final CountDownLatch STUCK = new CountDownLatch(JOBS);

    /** A checkpoint of each is awaited for ten seconds, and never comes. */
    @Test
    void jobsAreStoppedTogether() throws Exception {
        try (LocalCluster cluster = LocalCluster.start(JOBS)) {
            List<JobID> jobs = new ArrayList<>();
            for (int i = 0; i < JOBS; i++) {
                jobs.add(cluster.submit(stuck()));
            }
            STUCK.await();
            long started = System.nanoTime();
            cluster.stop(jobs);
            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .isLessThan(Duration.ofSeconds(30));
            for (JobID job : jobs) {
                assertThat(cluster.result(job).join().getApplicationStatus().name())
                        .isEqualTo("CANCELED");
            }
        }
    }

    private static StreamGraph stuck() {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1);
        env.enableCheckpointing(Duration.ofHours(1).toMillis());
        env.fromSequence(1, 10).map(new Stuck()).sinkTo(new DiscardingSink<>());
        return env.getStreamGraph();
    }

    private static final class Stuck implements MapFunction<Long, Long> {
        private static final long serialVersionUID = 1L;

        @Override
        public Long map(Long value) throws InterruptedException {
            STUCK.countDown();
            Thread.sleep(Long.MAX_VALUE);
            return value;
        }
    }
}
