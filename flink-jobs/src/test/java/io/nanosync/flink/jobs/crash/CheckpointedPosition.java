package io.nanosync.flink.jobs.crash;

import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.testing.verify.StreamInState;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads from a pipeline's newest completed checkpoint how far its stream had come. */
public final class CheckpointedPosition {

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
        return StreamInState.position(
                Path.of(new org.apache.flink.core.fs.Path(state.get().path()).getPath()));
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
        return path.endsWith(StreamInState.METADATA);
    }
}
