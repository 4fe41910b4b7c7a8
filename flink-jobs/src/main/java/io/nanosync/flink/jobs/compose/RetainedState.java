package io.nanosync.flink.jobs.compose;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.source.PgSource;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.jspecify.annotations.Nullable;

/**
 * A completed checkpoint or savepoint of a pipeline that a new job can start from.
 *
 * @param path its folder
 * @param checkpointId counts up over all jobs that continued from one another
 * @param modifiedMillis when its metadata was written, since 1970
 * @param savepoint whether it is a savepoint, which belongs to the user
 */
public record RetainedState(
        String path, long checkpointId, long modifiedMillis, boolean savepoint) {

    /**
     * First bytes of a checkpoint's metadata; then a version (4 bytes) and the checkpoint's id (8).
     */
    private static final int MAGIC = 0x4960672D;

    private static final String METADATA = "_metadata";

    /** As often as entries may be removed while they are listed. */
    private static final int MOST_LISTINGS = 100;

    private static final Comparator<RetainedState> BY_AGE =
            Comparator.comparingLong(RetainedState::checkpointId)
                    .thenComparingLong(RetainedState::modifiedMillis);

    /**
     * The newest under a pipeline's state folder, whichever job wrote it. A job that waited for
     * another one, which went on meanwhile, leaves checkpoints that aren't it, though their numbers
     * may be the highest. They are where there is nothing else: the job says what is wrong.
     */
    public static Optional<RetainedState> newest(Pipeline pipeline) throws IOException {
        for (int look = 1; ; look++) {
            List<RetainedState> newestFirst =
                    all(pipeline.stateDir()).stream().sorted(BY_AGE.reversed()).toList();
            try {
                return Optional.ofNullable(newestOf(newestFirst, pipeline))
                        .or(() -> newestFirst.stream().findFirst());
            } catch (FileNotFoundException removedMeanwhile) {
                if (look == MOST_LISTINGS) {
                    throw removedMeanwhile;
                }
            }
        }
    }

    private static @Nullable RetainedState newestOf(
            List<RetainedState> newestFirst, Pipeline pipeline) throws IOException {
        for (RetainedState state : newestFirst) {
            if (!state.isLeftBehind(pipeline)) {
                return state;
            }
        }
        return null;
    }

    /** The one with the highest number, by the state folder alone. */
    public static Optional<RetainedState> newest(String stateDir) throws IOException {
        return all(stateDir).stream().max(BY_AGE);
    }

    /** All of them under a state folder. */
    public static List<RetainedState> all(String stateDir) throws IOException {
        Path folder = new Path(stateDir);
        FileSystem files = folder.getFileSystem();
        List<RetainedState> found = new ArrayList<>();
        for (FileStatus job : list(files, new Path(folder, "checkpoints"))) {
            for (FileStatus checkpoint : list(files, job.getPath())) {
                read(files, checkpoint.getPath(), false).ifPresent(found::add);
            }
        }
        for (FileStatus savepoint : list(files, new Path(folder, "savepoints"))) {
            read(files, savepoint.getPath(), true).ifPresent(found::add);
        }
        return found;
    }

    /**
     * Lets a job start from this state.
     *
     * @param claims whether the job takes a checkpoint over and removes it once it has a newer one;
     *     a savepoint always stays
     */
    public void restoreIn(Configuration settings, boolean claims) {
        settings.setString("execution.state-recovery.path", path);
        settings.setString(
                "execution.state-recovery.claim-mode", claims && !savepoint ? "CLAIM" : "NO_CLAIM");
    }

    /**
     * Whether it is a checkpoint of a bounded pipeline that had emitted every row. A savepoint
     * doesn't count: a job that was stopped with it may have ended before.
     */
    public boolean wasRead() throws IOException {
        if (savepoint) {
            return false;
        }
        // Sources finish first: where anything has, they have.
        return operators().stream().anyMatch(OperatorState::isFullyFinished);
    }

    /** Whether it is of a job that waited for another one, which has gone on since. */
    private boolean isLeftBehind(Pipeline pipeline) throws IOException {
        for (OperatorState operator : operators()) {
            ByteStreamStateHandle source = operator.getCoordinatorState();
            if (source != null && PgSource.isLeftBehind(pipeline.source(), source.getData())) {
                return true;
            }
        }
        return false;
    }

    private Collection<OperatorState> operators() throws IOException {
        Path metadata = new Path(path, METADATA);
        try (DataInputStream in = new DataInputStream(metadata.getFileSystem().open(metadata))) {
            return Checkpoints.loadCheckpointMetadata(in, getClass().getClassLoader(), path)
                    .getOperatorStates();
        }
    }

    /** What is there. An entry that is removed while they are listed doesn't hide the others. */
    private static FileStatus[] list(FileSystem files, Path folder) throws IOException {
        for (int listing = 1; ; listing++) {
            try {
                FileStatus[] found = files.exists(folder) ? files.listStatus(folder) : null;
                return found == null ? new FileStatus[0] : found;
            } catch (FileNotFoundException removedMeanwhile) {
                if (listing == MOST_LISTINGS) {
                    throw removedMeanwhile;
                }
            }
        }
    }

    /** Empty when the folder holds no complete state: its metadata is written last. */
    private static Optional<RetainedState> read(FileSystem files, Path folder, boolean savepoint)
            throws IOException {
        Path metadata = new Path(folder, METADATA);
        if (!files.exists(metadata)) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(files.open(metadata))) {
            if (in.readInt() != MAGIC) {
                return Optional.empty();
            }
            in.readInt();
            long id = in.readLong();
            long modified = files.getFileStatus(metadata).getModificationTime();
            return Optional.of(new RetainedState(folder.toString(), id, modified, savepoint));
        } catch (EOFException e) {
            throw new IOException(
                    metadata
                            + " ends too early: whether it was the newest state nobody can say. If"
                            + " it can't be had from elsewhere, move its folder away, and the"
                            + " pipeline goes on from the state before it",
                    e);
        }
    }
}
