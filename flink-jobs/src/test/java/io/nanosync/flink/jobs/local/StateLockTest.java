package io.nanosync.flink.jobs.local;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateLockTest {

    @TempDir private Path folder;

    @Test
    @SuppressWarnings("try") // The locks are for being held, not for being used.
    void keepsASecondRunOutUntilTheFirstIsOver() throws Exception {
        Pipeline pipeline = pipeline();
        try (StateLock held = StateLock.take(pipeline)) {
            assertThatThrownBy(() -> StateLock.take(pipeline))
                    .isInstanceOf(StateFolderException.class)
                    .hasMessage(
                            "Pipeline orders is already running as process "
                                    + ProcessHandle.current().pid()
                                    + " of "
                                    + JobRecord.LocalProcess.current().host()
                                    + ": it holds "
                                    + folder.resolve("nanosync-state/orders/lock")
                                    + ". Stop that one first, with: kill "
                                    + ProcessHandle.current().pid());
        }
        StateLock.take(pipeline).close();
    }

    @Test
    void saysOnWhichMachineTheOtherIs() throws Exception {
        Pipeline pipeline = pipeline();
        try (StateLock held = StateLock.take(pipeline)) {
            Files.writeString(
                    folder.resolve("nanosync-state/orders/lock"), "4711 somewhere.example");
            assertThatThrownBy(() -> StateLock.take(pipeline))
                    .hasMessageContaining(
                            "is already running as process 4711 of somewhere.example: it holds ")
                    .hasMessageEndingWith(". Stop that one first, on somewhere.example");
        }
    }

    /** Its process is no pipeline, and ends by itself. */
    @Test
    void saysWhichCommandHoldsIt() throws Exception {
        Pipeline pipeline = pipeline();
        try (StateLock held = StateLock.take(pipeline, "submit")) {
            assertThatThrownBy(() -> StateLock.take(pipeline))
                    .hasMessageStartingWith(
                            "nanosync submit of pipeline orders is running as process "
                                    + ProcessHandle.current().pid())
                    .hasMessageEndingWith(". Wait until it has ended")
                    .hasMessageNotContaining("kill");
        }
    }

    @Test
    void saysWhyAStateFolderCanNotBeUsed() throws Exception {
        Files.writeString(folder.resolve("nanosync-state"), "a file");
        Pipeline pipeline = pipeline();
        assertThatThrownBy(() -> StateLock.take(pipeline))
                .isInstanceOf(StateFolderException.class)
                .hasMessageStartingWith(
                        "Cannot use the state folder " + folder.resolve("nanosync-state/orders"));
    }

    private Pipeline pipeline() throws Exception {
        Path file = folder.resolve("p.yaml");
        Files.writeString(
                file,
                """
                connections:
                  - {name: db, type: postgres, dsn: "postgres://u@127.0.0.1/d"}
                pipelines:
                  - name: orders
                    source: {connection: db, tables: [public.orders]}
                    sink: {type: blackhole}
                """);
        return PipelinesFile.read(file, Map.of()).pipelines().get(0);
    }
}
