package io.nanosync.flink.jobs.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
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
