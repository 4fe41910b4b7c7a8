package io.nanosync.flink.jobs.local;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Temporary folders. */
public final class Folders {

    private static final int MOST_ATTEMPTS = 100;

    private Folders() {}

    /** A new folder below the system's folder for temporary files; its name says whose it is. */
    public static Path temporary(String purpose) throws IOException {
        return Files.createTempDirectory(prefix(purpose));
    }

    /**
     * Makes a folder, and those above it that are missing, which nobody but this user can look
     * into. One that is there stays as it is.
     */
    public static void makePrivate(Path folder) throws IOException {
        Files.createDirectories(folder, atMost("rwx------", folder));
    }

    /**
     * The same where the user's group may, as far as the process's umask lets it: a cluster may run
     * as another user of the group.
     */
    static void makeForGroup(Path folder) throws IOException {
        Files.createDirectories(folder, atMost("rwxrwx---", folder));
    }

    /** How a file is made that the user's group may read and write, as far as the umask lets it. */
    static FileAttribute<?>[] fileForGroup(Path file) {
        return atMost("rw-rw----", file);
    }

    private static FileAttribute<?>[] atMost(String permissions, Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** How the names of this process's folders for a purpose begin. */
    public static String prefix(String purpose) {
        return "nanosync-" + purpose + "-" + ProcessHandle.current().pid() + "-";
    }

    /**
     * Deletes a folder and all it holds. Files that vanish meanwhile don't matter, and files that
     * come while somebody is about to end don't either.
     */
    public static void delete(Path folder) throws IOException {
        for (int attempt = 1; Files.exists(folder); attempt++) {
            try {
                deleteOnce(folder);
            } catch (DirectoryNotEmptyException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void deleteOnce(Path folder) throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure)
                            throws IOException {
                        if (failure instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw failure;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException failure) throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.deleteIfExists(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
