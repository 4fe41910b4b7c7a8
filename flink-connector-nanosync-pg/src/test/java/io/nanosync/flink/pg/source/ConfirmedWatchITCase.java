package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every job of these tests is watched by finds what it looks for. */
final class ConfirmedWatchITCase {

    @TempDir private Path folder;

    @Test
    void slotBeyondTheNewestCheckpointIsFound() throws Exception {
        try (Capture capture = new Capture(18, folder).start("public.t")) {
            SourceConfig config = Configs.initial(capture.database(), "deal", "public.t");
            String savepoint = capture.job().stopWithSavepoint();
            Await.until(
                    "nobody streams",
                    Duration.ofSeconds(60),
                    () -> capture.database().streamingPid(config.slot()) == null);
            ConfirmedWatch watch = ConfirmedWatch.start(config, folder, savepoint);
            watch.look();
            watch.assertKept();
            capture.execute(
                    "INSERT INTO t VALUES (1, 'not checkpointed')",
                    "SELECT pg_replication_slot_advance('%s', pg_current_wal_lsn())"
                            .formatted(config.slot()));
            watch.look();
            assertThatThrownBy(watch::end)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("Confirmed beyond the newest completed checkpoint");
        }
    }
}
