package io.nanosync.flink.jobs.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobSettingsTest {

    private final Pipeline pipeline = TestPipeline.in(Path.of("/state"), "orders");

    @Test
    void areUnderstoodByFlink() {
        CheckpointConfig checkpoints =
                new StreamExecutionEnvironment(JobSettings.of(pipeline, new Configuration()))
                        .getCheckpointConfig();
        assertThat(checkpoints.getCheckpointingConsistencyMode())
                .isEqualTo(CheckpointingMode.EXACTLY_ONCE);
        assertThat(checkpoints.getCheckpointInterval())
                .isEqualTo(pipeline.checkpointInterval().toMillis());
        assertThat(checkpoints.isUnalignedCheckpointsEnabled()).isFalse();
        assertThat(checkpoints.getTolerableCheckpointFailureNumber()).isEqualTo(10);
        assertThat(checkpoints.getCheckpointTimeout()).isEqualTo(30 * 60_000L);
        assertThat(checkpoints.getExternalizedCheckpointRetention().name())
                .isEqualTo("RETAIN_ON_CANCELLATION");
    }

    /** No checkpoint begins within a transaction that is delivered whole. */
    @Test
    void giveLargeTransactionsTime() {
        Map<String, String> whole = Map.of("batch_boundary_signaling", "true");
        Configuration given = new Configuration();
        given.setString("execution.checkpointing.timeout", "10 min");
        assertThat(timeout(TestPipeline.in(Path.of("/state"), "orders", whole, null)))
                .isEqualTo("60 min");
        Pipeline own = TestPipeline.in(Path.of("/state"), "orders", whole, Duration.ofMinutes(90));
        assertThat(timeout(own)).isEqualTo("5400000 ms");
        assertThat(JobSettings.of(own, given).toMap())
                .containsEntry("execution.checkpointing.timeout", "5400000 ms");
    }

    private static @Nullable String timeout(Pipeline pipeline) {
        return JobSettings.of(pipeline, new Configuration())
                .toMap()
                .get("execution.checkpointing.timeout");
    }

    @Test
    void putCheckpointsAndSavepointsIntoThePipelinesFolder() {
        Map<String, String> settings = JobSettings.of(pipeline, new Configuration()).toMap();
        assertThat(settings)
                .containsEntry("execution.checkpointing.dir", "file:///state/orders/checkpoints")
                .containsEntry(
                        "execution.checkpointing.savepoint-dir", "file:///state/orders/savepoints");
    }

    @Test
    void leaveToTheClusterWhatExactlyOnceDoesNotDependOn() {
        Configuration given = new Configuration();
        given.setString("restart-strategy.type", "fixed-delay");
        given.setString("state.backend.type", "rocksdb");
        given.setString("execution.checkpointing.timeout", "1 h");
        given.setString("execution.checkpointing.unaligned.enabled", "true");
        given.setString("execution.checkpointing.mode", "AT_LEAST_ONCE");
        Map<String, String> settings = JobSettings.of(pipeline, given).toMap();
        assertThat(settings)
                .doesNotContainKeys(
                        "restart-strategy.type",
                        "restart-strategy.exponential-delay.max-backoff",
                        "state.backend.type",
                        "execution.checkpointing.timeout")
                .containsEntry("execution.checkpointing.unaligned.enabled", "false")
                .containsEntry("execution.checkpointing.mode", "EXACTLY_ONCE");
    }
}
