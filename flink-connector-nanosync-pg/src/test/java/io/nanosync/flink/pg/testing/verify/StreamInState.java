package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.source.PgSource;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.PgSplitSerializer;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.OperatorStateHandle;

/** Reads from a completed checkpoint or savepoint how far its stream had come. */
public final class StreamInState {

    /** The file that is written when the rest is complete. */
    public static final String METADATA = "_metadata";

    private static final String SPLITS = "SourceReaderState";

    private StreamInState() {}

    /**
     * The position; empty when no reader had a stream split.
     *
     * @param folder of the checkpoint
     * @throws IOException also when it was removed meanwhile
     */
    public static Optional<StreamPosition> position(Path folder) throws IOException {
        return position(metadata(folder));
    }

    /** What is written when the rest is complete. */
    static CheckpointMetadata metadata(Path folder) throws IOException {
        Path metadata = folder.resolve(METADATA);
        try (DataInputStream in = new DataInputStream(Files.newInputStream(metadata))) {
            return Checkpoints.loadCheckpointMetadata(
                    in, PgSource.class.getClassLoader(), folder.toUri().toString());
        }
    }

    private static Optional<StreamPosition> position(CheckpointMetadata checkpoint)
            throws IOException {
        for (OperatorState operator : checkpoint.getOperatorStates()) {
            for (OperatorSubtaskState subtask : operator.getStates()) {
                for (OperatorStateHandle handle : subtask.getManagedOperatorState()) {
                    Optional<StreamPosition> found = position(handle);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<StreamPosition> position(OperatorStateHandle handle)
            throws IOException {
        OperatorStateHandle.StateMetaInfo splits =
                handle.getStateNameToPartitionOffsets().get(SPLITS);
        if (splits == null) {
            return Optional.empty();
        }
        try (FSDataInputStream stream = handle.openInputStream();
                DataInputStream in = new DataInputStream(stream)) {
            for (long offset : splits.getOffsets()) {
                stream.seek(offset);
                byte[] bytes = new byte[in.readInt()];
                in.readFully(bytes);
                PgSplit split =
                        SimpleVersionedSerialization.readVersionAndDeSerialize(
                                new PgSplitSerializer(), bytes);
                if (split instanceof StreamSplit streamSplit) {
                    return Optional.of(streamSplit.position());
                }
            }
        }
        return Optional.empty();
    }
}
