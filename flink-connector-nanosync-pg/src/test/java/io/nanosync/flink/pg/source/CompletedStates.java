package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.testing.verify.StreamInState;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How far the stream of a job had come in its checkpoints and savepoints, also in those that are
 * removed by now. By one thread at a time.
 */
final class CompletedStates {

    private final List<Path> folders;

    /** Those of which the position is known or of no concern. */
    private final Set<Path> seen = new HashSet<>();

    private Lsn newest = Lsn.NONE;

    private CompletedStates(List<Path> folders) {
        this.folders = folders;
    }

    /**
     * Those that a job will write.
     *
     * @param folder of the job
     * @param restored from which it goes on; then all that are there count too
     */
    static CompletedStates of(Path folder, @Nullable String restored) throws IOException {
        CompletedStates states =
                new CompletedStates(
                        List.of(folder.resolve("checkpoints"), folder.resolve("savepoints")));
        if (restored == null) {
            states.seen.addAll(states.there());
        } else {
            states.take(Path.of(URI.create(restored)));
        }
        return states;
    }

    /**
     * The newest position that is known; {@link Lsn#NONE} when no stream is in any.
     *
     * @param wanted nothing is looked for beyond the first that is as new
     * @throws IOException when they come and go faster than they are read
     */
    Lsn newest(Lsn wanted) throws IOException {
        if (!newest.equals(Lsn.NONE) && !wanted.isAfter(newest)) {
            return newest;
        }
        // The one that allows it was removed only when its successor was there.
        Set<Path> found = there();
        for (int look = 0; look < 100; look++) {
            for (Path state : found) {
                if (!seen.contains(state)) {
                    take(state);
                }
            }
            Set<Path> before = found;
            found = there();
            if (!wanted.isAfter(newest) || found.equals(before)) {
                return newest;
            }
        }
        throw new IOException("Checkpoints come and go all the time in " + folders);
    }

    private void take(Path state) throws IOException {
        try {
            newest =
                    Lsn.max(
                            newest,
                            StreamInState.position(state)
                                    .map(position -> position.end())
                                    .orElse(Lsn.NONE));
            seen.add(state);
        } catch (NoSuchFileException removedMeanwhile) {
            // Its successor allows as much and more.
        }
    }

    private Set<Path> there() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path folder : folders) {
            if (Files.exists(folder)) {
                files.addAll(SourceJob.files(folder));
            }
        }
        Set<Path> states = new TreeSet<>();
        for (Path file : files) {
            if (file.endsWith(StreamInState.METADATA)) {
                states.add(file.getParent());
            }
        }
        return states;
    }
}
