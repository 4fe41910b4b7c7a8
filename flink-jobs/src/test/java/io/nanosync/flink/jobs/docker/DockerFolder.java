package io.nanosync.flink.jobs.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.Yaml;

/** The files below {@code docker/}. */
final class DockerFolder {

    private static final Path FOLDER = Path.of("..", "docker").toAbsolutePath().normalize();

    private DockerFolder() {}

    static Path path(String file) {
        return FOLDER.resolve(file);
    }

    static String text(String file) {
        return read(path(file));
    }

    /** The text of a file of the project, such as {@code pom.xml}. */
    static String projectText(String file) {
        return read(FOLDER.resolveSibling(file));
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path, e);
        }
    }

    /** With its anchors and merged maps put in, as docker compose does. */
    static JsonNode yaml(String file) {
        return new ObjectMapper().valueToTree(new Yaml().load(text(file)));
    }

    static JsonNode json(String file) {
        try {
            return new ObjectMapper().readTree(text(file));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot parse " + path(file), e);
        }
    }
}
