package io.nanosync.flink.jobs.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files below {@code docker/}. */
final class DockerFolder {

    private static final Path FOLDER = Path.of("..", "docker").toAbsolutePath().normalize();

    private DockerFolder() {}

    static Path path(String file) {
        return FOLDER.resolve(file);
    }

    static String text(String file) {
        try {
            return Files.readString(path(file));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path(file), e);
        }
    }

    static JsonNode yaml(String file) {
        return tree(new YAMLMapper(), file);
    }

    static JsonNode json(String file) {
        return tree(new ObjectMapper(), file);
    }

    private static JsonNode tree(ObjectMapper mapper, String file) {
        try {
            return mapper.readTree(text(file));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot parse " + path(file), e);
        }
    }
}
