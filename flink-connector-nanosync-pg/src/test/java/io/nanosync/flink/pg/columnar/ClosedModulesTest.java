package io.nanosync.flink.pg.columnar;

import static io.nanosync.flink.pg.columnar.TestTables.EVERYTHING;
import static io.nanosync.flink.pg.columnar.TestTuples.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches are built, opened and written on a JVM whose modules nobody opened. */
class ClosedModulesTest {

    private static final String DONE = "read by both";

    @Test
    @Timeout(60)
    void needsNoOpenedModules() throws IOException, InterruptedException {
        Process java =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Alone.class.getName())
                        .redirectErrorStream(true)
                        .start();
        try {
            String output =
                    new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(java.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(output).contains(DONE);
            assertThat(java.exitValue()).isZero();
        } finally {
            java.destroyForcibly();
        }
    }

    /** What runs there. */
    static final class Alone {

        private Alone() {}

        public static void main(String[] arguments) throws IOException {
            ChangeBatchBuilder builder =
                    new ChangeBatchBuilder(EVERYTHING, Unrepresentable.failing());
            builder.snapshotRow(new Lsn(1), tuple(new Object[16]));
            ChangeBatch batch = builder.build();
            ArrowFileWriter writer =
                    new ArrowFileWriter(
                            new ByteArrayOutputStream(),
                            ChangeSchema.fromIpc(batch.schema().ipc()));
            writer.append(batch);
            writer.finish();
            List<String> rows = BatchText.rows(batch);
            if (!rows.equals(BatchText.opened(batch))) {
                throw new IllegalStateException("Read differently: " + rows);
            }
            System.out.println(DONE);
        }
    }
}
