package io.nanosync.flink.pg.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** What is inside a jar that bundles libraries. */
public final class ShadedJar {

    private final Path path;
    private final List<String> names;

    private ShadedJar(Path path, List<String> names) {
        this.path = path;
        this.names = names;
    }

    /**
     * The only file of this module's {@code target} folder with such a name.
     *
     * @param ending for instance {@code -sql.jar}
     */
    public static ShadedJar inTarget(String ending) {
        Path target = Path.of("target").toAbsolutePath();
        try (Stream<Path> files = Files.list(target)) {
            List<Path> found =
                    files.filter(file -> file.getFileName().toString().endsWith(ending)).toList();
            if (found.size() != 1) {
                throw new IllegalStateException(
                        "Expected one *"
                                + ending
                                + " in "
                                + target
                                + ", found "
                                + found
                                + ". Run: mvn verify");
            }
            return open(found.get(0));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + target, e);
        }
    }

    private static ShadedJar open(Path path) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            return new ShadedJar(
                    path,
                    jar.stream()
                            .filter(entry -> !entry.isDirectory())
                            .map(ZipEntry::getName)
                            .toList());
        }
    }

    public Path path() {
        return path;
    }

    /** Every file. */
    public List<String> names() {
        return names;
    }

    /** The files below this folder, which ends with a slash; without the folder. */
    public List<String> below(String folder) {
        return names.stream()
                .filter(name -> name.startsWith(folder))
                .map(name -> name.substring(folder.length()))
                .toList();
    }

    /** The text of one file. */
    public String text(String name) {
        try (JarFile jar = new JarFile(path.toFile())) {
            ZipEntry entry = jar.getEntry(name);
            if (entry == null) {
                throw new AssertionError("No " + name + " in " + path);
            }
            return new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path, e);
        }
    }

    /** The bundled libraries that say who they are, as {@code group:artifact:version}. */
    public List<String> libraries() {
        List<String> libraries = new ArrayList<>();
        for (String name : names) {
            if (name.startsWith("META-INF/maven/") && name.endsWith("/pom.properties")) {
                Properties properties = new Properties();
                text(name)
                        .lines()
                        .map(line -> line.split("=", 2))
                        .filter(pair -> pair.length == 2)
                        .forEach(pair -> properties.setProperty(pair[0].strip(), pair[1].strip()));
                String library =
                        properties.getProperty("groupId")
                                + ":"
                                + properties.getProperty("artifactId")
                                + ":"
                                + properties.getProperty("version");
                if (!library.startsWith("io.nanosync:")) {
                    libraries.add(library);
                }
            }
        }
        return libraries;
    }
}
