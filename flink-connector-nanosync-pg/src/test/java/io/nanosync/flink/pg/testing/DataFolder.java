package io.nanosync.flink.pg.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/** The data of a server that doesn't run, as a disk snapshot holds it. */
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
