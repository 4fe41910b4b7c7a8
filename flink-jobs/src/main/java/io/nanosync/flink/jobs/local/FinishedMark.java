package io.nanosync.flink.jobs.local;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.source.state.StateFile;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
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
        return StateFile.find(file).map(String::strip);
    }

    /** Marks it as finished now. */
    public void write() throws IOException {
        StateFile.record(file, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
