package io.nanosync.flink.jobs.sink;

import io.nanosync.flink.pg.columnar.ArrowFileWriter;
import io.nanosync.flink.pg.columnar.ChangeBatch;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Arrow IPC files by Flink's FileSink. A file holds batches of one schema that arrived between two
 * checkpoints; it gets its name when the second one completes and is hidden (a leading dot) until
 * then.
 */
final class ArrowFiles {

    private ArrowFiles() {}

    static Sink<ChangeBatch> in(String folder) {
        return FileSink.forBulkFormat(new Path(folder), BatchWriter::new)
                .withBucketAssigner(new TableFolders())
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .withOutputFileConfig(
                        OutputFileConfig.builder()
                                .withPartPrefix("part")
                                .withPartSuffix(".arrow")
                                .build())
                .build();
    }

    /** Begins the file with the first batch, which has the schema. */
    private static final class BatchWriter implements BulkWriter<ChangeBatch> {

        private final OutputStream out;
        private @Nullable ArrowFileWriter writer;

        BatchWriter(OutputStream out) {
            this.out = out;
        }

        @Override
        public void addElement(ChangeBatch batch) throws IOException {
            ArrowFileWriter current = writer;
            if (current == null) {
                current = new ArrowFileWriter(out, batch.schema());
                writer = current;
            }
            current.append(batch);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void finish() throws IOException {
            if (writer != null) {
                writer.finish();
            }
            out.flush();
        }
    }
}
