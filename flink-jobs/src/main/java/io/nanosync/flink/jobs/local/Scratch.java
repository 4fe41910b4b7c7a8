package io.nanosync.flink.jobs.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder for Flink's temporary files. Flink unpacks some 30 MB into it and leaves them when it is
 * killed; the next run removes what dead processes left.
 */
public final class Scratch implements AutoCloseable {

    private static final String PROPERTY = "java.io.tmpdir";
    private static final Pattern NAME = Pattern.compile("nanosync-run-([0-9]+)(-[0-9]+)?");

    private final String parent;
    private final Path folder;

    private Scratch(String parent, Path folder) {
        this.parent = parent;
        this.folder = folder;
    }

    /** Makes the folder and lets {@code java.io.tmpdir} point to it. */
    public static Scratch create() throws IOException {
        String parent = System.getProperty(PROPERTY);
        removeOrphans(Path.of(parent));
        Path folder = Files.createTempDirectory(Path.of(parent), Folders.prefix("run"));
        System.setProperty(PROPERTY, folder.toString());
        return new Scratch(parent, folder);
    }

    private static void removeOrphans(Path parent) throws IOException {
        List<Path> folders;
        try (Stream<Path> entries = Files.list(parent)) {
            folders = entries.filter(Scratch::isOrphan).toList();
        }
        for (Path orphan : folders) {
            Folders.delete(orphan);
        }
    }

    private static boolean isOrphan(Path folder) {
        Matcher name = NAME.matcher(String.valueOf(folder.getFileName()));
        return name.matches() && isDead(Long.parseLong(name.group(1))) && Files.isWritable(folder);
    }

    /** In a container each run has the same id, so that one with this process's is left, too. */
    private static boolean isDead(long pid) {
        return pid == ProcessHandle.current().pid() || ProcessHandle.of(pid).isEmpty();
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    @Override
    public void close() throws IOException {
        System.setProperty(PROPERTY, parent);
        Folders.delete(folder);
    }
}
