package io.nanosync.flink.pg.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Jars of systems that tests start as processes of their own, in versions that this build doesn't
 * depend on. Each set is a small {@code pom.xml} beside this class. Maven resolves it at the first
 * need into {@code target/jars}, where it stays.
 */
public final class MavenJars {

    private static final String GOAL =
            "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies";

    private static final Path FOLDER = Path.of("target", "jars").toAbsolutePath();

    private MavenJars() {}

    /** The {@code lib} folder of this version of Flink. */
    public static List<Path> flink(String version) {
        return resolve("flink", version);
    }

    /** What the SQL client of this version has beside that. 2.1.1 and 2.2.0 lack some of it. */
    public static List<Path> flinkSqlClient(String version) {
        return resolve("flink-sql-client", version);
    }

    /** The Kafka connector, for Flink 2.2 and 2.3. */
    public static List<Path> flinkKafka() {
        return resolve("flink-kafka", "5.0.0-2.2");
    }

    /** The JDBC connector for this version, and PostgreSQL's driver. */
    public static List<Path> flinkJdbc(String flinkVersion) {
        return resolve("flink-jdbc", flinkVersion.startsWith("1.") ? "3.3.0-1.20" : "4.0.0-2.0");
    }

    /** A Kafka broker. */
    static List<Path> kafka(String version) {
        return resolve("kafka", version);
    }

    private static synchronized List<Path> resolve(String set, String version) {
        try (FileChannel file =
                        FileChannel.open(
                                Files.createDirectories(FOLDER).resolve("lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                // Other test processes resolve the same.
                FileLock lock = file.lock()) {
            String pom = pom(set);
            String name = set + "-" + version + "-" + Integer.toHexString(pom.hashCode());
            Path folder = FOLDER.resolve(name);
            if (!Files.exists(folder)) {
                Path half = Files.createTempDirectory(FOLDER, name);
                copy(Files.writeString(half.resolve("pom.xml"), pom), version);
                Files.move(half.resolve("jars"), folder);
            }
            try (Stream<Path> jars = Files.list(folder)) {
                return jars.sorted().toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot resolve jars of " + set + " " + version, e);
        }
    }

    private static String pom(String set) throws IOException {
        try (InputStream in = MavenJars.class.getResourceAsStream(set + ".xml")) {
            return new String(
                    Objects.requireNonNull(in, set).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void copy(Path pom, String version) throws IOException {
        Path log = pom.resolveSibling("maven.log");
        ProcessBuilder maven =
                new ProcessBuilder(
                                "mvn",
                                "-B",
                                "-ntp",
                                "-f",
                                pom.toString(),
                                GOAL,
                                "-DincludeScope=runtime",
                                "-DoutputDirectory=" + pom.resolveSibling("jars"),
                                "-Dversion=" + version)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        Map<String, String> environment = maven.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        Process process = maven.start();
        try {
            if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException("Maven failed:\n" + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
