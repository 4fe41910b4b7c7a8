package io.nanosync.flink.jobs.local;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Remembers that a bounded pipeline came to its end. Flink removes the checkpoints of a finished
 * job, so without the mark a second run would read the whole snapshot into the sink again.
 */
public final class FinishedMark {

    private final Path file;

    /** The mark of a pipeline. */
    public FinishedMark(Pipeline pipeline) {
        this(pipeline.stateDir());
    }

    FinishedMark(String stateDir) {
        this.file = new Path(stateDir, "finished");
    }

    /** When it finished, if it did. */
    public Optional<String> read() throws IOException {
        FileSystem files = file.getFileSystem();
        if (!files.exists(file)) {
            return Optional.empty();
        }
        try (InputStream in = files.open(file)) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip());
        }
    }

    /** Marks it as finished now. */
    public void write() throws IOException {
        try (FSDataOutputStream out =
                file.getFileSystem().create(file, FileSystem.WriteMode.OVERWRITE)) {
            out.write(
                    Instant.now()
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString()
                            .getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
