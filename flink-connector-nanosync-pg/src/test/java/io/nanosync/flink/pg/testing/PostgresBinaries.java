package io.nanosync.flink.pg.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The programs of one PostgreSQL version, unpacked once beside the jar that the build copied to
 * {@code target/postgres/<major>.jar} of the connector's module.
 */
final class PostgresBinaries {

    /** Names the folder of the jars; without it the folder is searched upwards from here. */
    static final String FOLDER_PROPERTY = "nanosync.test.postgres";

    private static final String MODULE = "flink-connector-nanosync-pg";
    private static final String JARS = "target/postgres";

    private PostgresBinaries() {}

    /** The folder that holds {@code bin}, {@code lib} and {@code share} of this version. */
    static synchronized Path of(int major) {
        Path jar = folder(Path.of("").toAbsolutePath()).resolve(major + ".jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException("No PostgreSQL " + major + " at " + jar + missing());
        }
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return unpackedOnce(major, jar, zip);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack " + jar, e);
        }
    }

    private static Path folder(Path start) {
        String configured = System.getProperty(FOLDER_PROPERTY);
        if (configured != null) {
            return Path.of(configured);
        }
        for (@Nullable Path at = start; at != null; at = at.getParent()) {
            for (Path candidate : List.of(at.resolve(JARS), at.resolve(MODULE).resolve(JARS))) {
                if (Files.isDirectory(candidate)) {
                    return candidate;
                }
            }
        }
        throw new IllegalStateException(
                "No folder " + JARS + " from " + start + " upwards" + missing());
    }

    private static String missing() {
        return ". Run: mvn generate-test-resources -pl " + MODULE;
    }

    /** Another JVM may be at it too: the file lock makes one of them wait for the other. */
    private static Path unpackedOnce(int major, Path jar, ZipFile zip) throws IOException {
        ZipEntry archive =
                zip.stream()
                        .filter(entry -> entry.getName().endsWith(".txz"))
                        .findFirst()
                        .orElseThrow(() -> new IOException("No .txz in " + jar));
        String version = major + "-" + Long.toHexString(archive.getCrc());
        Path target = jar.resolveSibling(version);
        try (FileChannel channel =
                        FileChannel.open(
                                jar.resolveSibling(version + ".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !Files.exists(target)) {
                Path partial = Files.createTempDirectory(jar.getParent(), version + ".partial");
                unpack(zip.getInputStream(archive), partial);
                Files.setPosixFilePermissions(partial, permissions(0755));
                Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return target;
    }

    private static void unpack(InputStream txz, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZCompressorInputStream(txz))) {
            TarArchiveEntry entry;
            while ((entry = tar.getNextEntry()) != null) {
                Path path = target.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.createDirectories(path.getParent());
                    if (entry.isSymbolicLink()) {
                        Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                    } else {
                        Files.copy(tar, path);
                        Files.setPosixFilePermissions(path, permissions(entry.getMode()));
                    }
                }
            }
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        EnumSet<PosixFilePermission> set =
                EnumSet.of(
                        PosixFilePermission.OWNER_READ,
                        PosixFilePermission.OWNER_WRITE,
                        PosixFilePermission.GROUP_READ,
                        PosixFilePermission.OTHERS_READ);
        if ((mode & 0100) != 0) {
            set.add(PosixFilePermission.OWNER_EXECUTE);
            set.add(PosixFilePermission.GROUP_EXECUTE);
            set.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        return set;
    }
}
