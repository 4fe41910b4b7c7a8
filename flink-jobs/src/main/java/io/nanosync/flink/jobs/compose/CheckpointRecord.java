package io.nanosync.flink.jobs.compose;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.OptionalLong;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * The number of the newest checkpoint that a bounded pipeline is known to have completed: 8 bytes
 * in its state folder, big-endian.
 *
 * <p>Flink removes the checkpoints of a job that has finished, and of no other. So state that was
 * there and is gone tells that the job came to its end, even where nobody lived to say so.
 */
public final class CheckpointRecord {

    private final Path file;

    public CheckpointRecord(Pipeline pipeline) {
        this(pipeline.stateDir());
    }

    CheckpointRecord(String stateDir) {
        this.file = new Path(stateDir, "checkpointed");
    }

    /** Records a completed checkpoint. */
    void write(long checkpointId) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(
                        file.getFileSystem().create(file, FileSystem.WriteMode.OVERWRITE))) {
            out.writeLong(checkpointId);
        }
    }

    /**
     * Whether the job that wrote the record has finished.
     *
     * <p>A record that was being written when the process died says nothing: Flink hadn't removed
     * that checkpoint then.
     */
    public boolean showsEnd(Pipeline pipeline) throws IOException {
        OptionalLong recorded = read();
        return recorded.isPresent()
                && RetainedState.newest(pipeline)
                        .filter(state -> state.checkpointId() >= recorded.getAsLong())
                        .isEmpty();
    }

    private OptionalLong read() throws IOException {
        FileSystem files = file.getFileSystem();
        if (!files.exists(file) || files.getFileStatus(file).getLen() < Long.BYTES) {
            return OptionalLong.empty();
        }
        try (DataInputStream in = new DataInputStream(files.open(file))) {
            return OptionalLong.of(in.readLong());
        }
    }

    /** Its path. */
    @Override
    public String toString() {
        return file.toString();
    }
}
