package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.PgException;
import java.io.IOException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.flink.util.SerializedThrowable;
import org.junit.jupiter.api.Test;

class FailureMessageTest {

    private static final PgException OURS = PgException.needsPerson("Slot \"s\" is gone. Run: x");

    @Test
    void findsOurMessageUnderFlinksWrappings() {
        Throwable failure =
                new JobExecutionException(
                        new JobID(),
                        "Job execution failed.",
                        new FlinkRuntimeException("Global failure", OURS));
        assertThat(FailureMessage.of(failure)).isEqualTo("Slot \"s\" is gone. Run: x");
    }

    @Test
    void findsOurMessageInASerializedChain() {
        Throwable failure = new FlinkRuntimeException("Recovery is suppressed", OURS);
        assertThat(FailureMessage.of(new SerializedThrowable(failure)))
                .isEqualTo("Slot \"s\" is gone. Run: x");
    }

    @Test
    void prefersTheOutermostMessageOfOurs() {
        Throwable failure = new RuntimeException(new CommandException("the whole story", OURS));
        assertThat(FailureMessage.of(failure)).isEqualTo("the whole story");
    }

    @Test
    void givesTheRootCauseWhereNothingIsOurs() {
        assertThat(FailureMessage.of(new RuntimeException(new IOException("disk full"))))
                .isEqualTo("IOException: disk full");
        assertThat(FailureMessage.of(new RuntimeException(new IllegalStateException())))
                .isEqualTo("java.lang.IllegalStateException");
    }

    @Test
    void saysWhereAFileSystemIsLookedFor() {
        assertThatThrownBy(() -> new Path("s3://bucket/state").getFileSystem())
                .extracting(FailureMessage::of)
                .asString()
                .contains("for scheme 's3'", "flink-s3-fs-hadoop", "FLINK_PLUGINS_DIR")
                .doesNotContain("Hadoop is not in the classpath");
    }
}
