package io.nanosync.flink.pg.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/** The data of a server, as a disk snapshot or a backup holds it. */
final class DataFolder {

    private DataFolder() {}

    /** Copies the data of a stopped or killed server to where nothing is yet. */
    static void copy(Path from, Path to) {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path source : all.toList()) {
                Path target = to.resolve(from.relativize(source).toString());
                if (Files.isDirectory(source)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(source, target);
                }
            }
            // PostgreSQL refuses data that others may read.
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwx------"));
            // A server that was killed leaves its process id behind.
            Files.deleteIfExists(to.resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot copy " + from + " to " + to, e);
        }
    }

    /**
     * Copies the data of a server that runs, between the start and the stop of a backup, to where
     * nothing is yet: without slots and WAL, which a standby gets from its primary.
     */
    static void copyRunning(Path from, Path to) {
        try {
            Files.walkFileTree(
                    from,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path folder, BasicFileAttributes found) throws IOException {
                            Files.createDirectories(to.resolve(from.relativize(folder).toString()));
                            return folder.endsWith("pg_replslot")
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes found)
                                throws IOException {
                            Path name = from.relativize(file);
                            if (belongsToBackup(name)) {
                                copyIfThere(file, to.resolve(name.toString()));
                            }
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e)
                                throws IOException {
                            if (e instanceof NoSuchFileException) {
                                return FileVisitResult.CONTINUE;
                            }
                            throw e;
                        }
                    });
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot copy " + from + " to " + to, e);
        }
    }

    private static boolean belongsToBackup(Path file) {
        String folder = file.getName(0).toString();
        String name = file.getFileName().toString();
        return switch (folder) {
            case "postmaster.pid", "postmaster.opts", "standby.signal" -> false;
            case "pg_notify", "pg_stat_tmp" -> false;
            case "pg_wal" -> name.endsWith(".history");
            default -> true;
        };
    }

    /** What goes meanwhile is in the WAL. */
    private static void copyIfThere(Path source, Path target) throws IOException {
        try {
            Files.copy(source, target);
        } catch (NoSuchFileException e) {
            Files.deleteIfExists(target);
        }
    }

    /** Deletes it. */
    static void delete(Path data) {
        try (Stream<Path> all = Files.walk(data)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + data, e);
        }
    }
}
