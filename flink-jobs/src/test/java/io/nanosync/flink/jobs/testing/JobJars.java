package io.nanosync.flink.jobs.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Jars to submit to a cluster. */
public final class JobJars {

    private JobJars() {}

    /** The job jar as it was packed. */
    public static Path packed() {
        Path jar = Path.of("target", "nanosync-job.jar").toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new IllegalStateException("No " + jar + ". Run: mvn verify -DskipTests");
        }
        return jar;
    }

    /** The SQL jar as it was packed. */
    public static Path sql() throws IOException {
        Path target = Path.of("..", "flink-connector-nanosync-pg", "target");
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.toString().endsWith("-sql.jar"))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new IllegalStateException(
                                            "No *-sql.jar in "
                                                    + target.toAbsolutePath()
                                                    + ". Run: mvn verify -DskipTests"));
        }
    }

    /** The job jar with these classes beside its own. */
    public static Path packedWith(Path jar, Class<?>... types) throws IOException {
        Files.copy(packed(), jar);
        try (FileSystem entries = FileSystems.newFileSystem(jar)) {
            for (Class<?> type : types) {
                String name = type.getName().replace('.', '/') + ".class";
                Path entry = entries.getPath(name);
                Files.createDirectories(entry.getParent());
                try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
                    Files.copy(Objects.requireNonNull(in, name), entry);
                }
            }
        }
        return jar;
    }

    /** A jar of these classes alone. */
    static Path of(Path jar, Class<?>... types) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Class<?> type : types) {
                String name = type.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(name));
                try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
                    if (in == null) {
                        throw new IOException("No class file " + name);
                    }
                    in.transferTo(out);
                }
                out.closeEntry();
            }
        }
        return jar;
    }
}
