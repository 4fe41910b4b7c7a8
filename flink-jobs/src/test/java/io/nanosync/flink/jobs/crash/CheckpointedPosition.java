package io.nanosync.flink.jobs.crash;

import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.source.PgSource;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.PgSplitSerializer;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.OperatorStateHandle;

/** Reads from a pipeline's newest completed checkpoint how far its stream had come. */
public final class CheckpointedPosition {

    private static final String SPLITS = "SourceReaderState";

    private CheckpointedPosition() {}

    /**
     * The position; empty when the newest checkpoint has no stream split, or there is none.
     *
     * @throws IOException when checkpoints came or went meanwhile: a job that writes one removes
     *     its predecessor behind it, so a look may find neither, and take an older savepoint for
     *     the newest
     */
    public static Optional<StreamPosition> newest(Pipeline pipeline) throws IOException {
        List<Path> before = checkpoints(pipeline);
        Optional<RetainedState> state = RetainedState.newest(pipeline);
        if (!checkpoints(pipeline).equals(before)) {
            throw new IOException("Checkpoints came or went");
        }
        if (state.isEmpty()) {
            return Optional.empty();
        }
        Path metadata =
                Path.of(new org.apache.flink.core.fs.Path(state.get().path()).getPath())
                        .resolve("_metadata");
        try (DataInputStream in = new DataInputStream(Files.newInputStream(metadata))) {
            CheckpointMetadata checkpoint =
                    Checkpoints.loadCheckpointMetadata(
                            in, PgSource.class.getClassLoader(), state.get().path());
            return position(checkpoint);
        }
    }

    private static List<Path> checkpoints(Pipeline pipeline) throws IOException {
        Path folder =
                Path.of(new org.apache.flink.core.fs.Path(pipeline.stateDir()).getPath())
                        .resolve("checkpoints");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.find(folder, 3, CheckpointedPosition::isMetadata)) {
            return found.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isMetadata(Path path, BasicFileAttributes attributes) {
        return path.endsWith("_metadata");
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
