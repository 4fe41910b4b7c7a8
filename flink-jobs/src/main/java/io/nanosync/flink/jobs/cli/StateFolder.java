package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.local.Folders;
import io.nanosync.flink.jobs.local.LocalFolder;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.SinkConfig;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** The folder with a pipeline's state, on whatever file system, that is to be removed. */
final class StateFolder {

    /** What says whose the slot is, and what keeps others out, go last. */
    private static final List<String> LAST = List.of("intent.properties", "lock");

    private static final Comparator<Path> LAST_AT_THE_END =
            Comparator.comparingInt(path -> LAST.indexOf(path.getName()));

    private final Path folder;
    private final List<Path> sinks;

    private StateFolder(Path folder, List<Path> sinks) {
        this.folder = folder;
        this.sinks = sinks;
    }

    /**
     * The folder of a pipeline.
     *
     * @param all pipelines of the file, whose sinks may write anywhere
     * @throws CommandException when a sink writes right into it
     */
    static StateFolder of(Pipeline pipeline, List<Pipeline> all) throws CommandException {
        Path folder = new Path(pipeline.stateDir());
        List<Path> sinks = new ArrayList<>();
        for (Pipeline each : all) {
            if (each.sink() instanceof SinkConfig.Arrow arrow) {
                Path sink = new Path(arrow.path());
                requireApart(folder, each, sink);
                sinks.add(sink);
            }
        }
        return new StateFolder(folder, sinks);
    }

    private static void requireApart(Path folder, Pipeline pipeline, Path sink)
            throws CommandException {
        if (text(sink).equals(text(folder))) {
            throw new CommandException(
                    "The sink of pipeline "
                            + pipeline.name()
                            + " writes into the folder of the state, "
                            + folder
                            + ": nobody can say which files are whose. Remove by hand what isn't"
                            + " the sink's");
        }
    }

    /** What it holds, in words. */
    String contents() throws IOException {
        List<RetainedState> states = RetainedState.all(folder.toString());
        long savepoints = states.stream().filter(RetainedState::savepoint).count();
        return count(states.size() - savepoints, "checkpoint")
                + ", "
                + count(savepoints, "savepoint");
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** Removes all of it but the files of sinks, should they lie within. Can be done again. */
    void remove() throws IOException {
        FileSystem files = folder.getFileSystem();
        removeBelow(files, folder);
        if (entries(files, folder).isEmpty() && files.exists(folder)) {
            files.delete(folder, false);
        }
    }

    private void removeBelow(FileSystem files, Path parent) throws IOException {
        for (Path entry : entries(files, parent)) {
            if (!holdsSink(entry)) {
                delete(files, entry);
            } else if (!isLink(entry)
                    && sinks.stream().noneMatch(sink -> text(sink).equals(text(entry)))) {
                removeBelow(files, entry);
            }
        }
    }

    /** What a link leads to is somebody else's. */
    private static void delete(FileSystem files, Path entry) throws IOException {
        java.nio.file.Path local = LocalFolder.of(entry.toString());
        if (local == null) {
            files.delete(entry, true);
        } else if (Files.isDirectory(local, LinkOption.NOFOLLOW_LINKS)) {
            Folders.delete(local);
        } else {
            Files.deleteIfExists(local);
        }
    }

    private static boolean isLink(Path entry) {
        java.nio.file.Path local = LocalFolder.of(entry.toString());
        return local != null && Files.isSymbolicLink(local);
    }

    private static List<Path> entries(FileSystem files, Path parent) throws IOException {
        List<Path> entries = new ArrayList<>();
        try {
            FileStatus[] found = files.exists(parent) ? files.listStatus(parent) : null;
            for (FileStatus entry : found == null ? new FileStatus[0] : found) {
                entries.add(entry.getPath());
            }
        } catch (FileNotFoundException goneMeanwhile) {
            return List.of();
        }
        entries.sort(LAST_AT_THE_END);
        return entries;
    }

    private boolean holdsSink(Path entry) {
        return sinks.stream().anyMatch(sink -> (text(sink) + "/").startsWith(text(entry) + "/"));
    }

    /**
     * Alike for {@code file:/a} and {@code file:///a}, whatever links lead there, and for {@code
     * s3://b/a} and {@code s3a}.
     */
    private static String text(Path path) {
        java.nio.file.Path local = LocalFolder.of(path.toString());
        if (local != null) {
            return real(local.toAbsolutePath().normalize()).toString();
        }
        URI uri = path.toUri();
        return Objects.requireNonNullElse(uri.getAuthority(), "") + uri.getPath();
    }

    private static java.nio.file.Path real(java.nio.file.Path path) {
        try {
            return path.toRealPath();
        } catch (IOException notThere) {
            java.nio.file.Path parent = path.getParent();
            return parent == null ? path : real(parent).resolve(path.getFileName());
        }
    }

    @Override
    public String toString() {
        java.nio.file.Path local = LocalFolder.of(folder.toString());
        return local == null ? folder.toString() : local.toString();
    }
}
