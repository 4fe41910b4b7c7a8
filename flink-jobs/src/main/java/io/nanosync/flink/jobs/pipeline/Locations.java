package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.Problem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Folders in a pipelines file: URIs stay, paths are taken relative to the file. */
final class Locations {

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");

    private final Path base;

    Locations(Path base) {
        this.base = base;
    }

    /**
     * The location as a URI of a Flink file system, without a slash at its end. As Flink reads
     * them, so without percent-encoding.
     *
     * @throws IllegalArgumentException when it is neither
     */
    String resolve(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("found an empty text");
        }
        String uri = SCHEME.matcher(text).matches() ? text : "file://" + path(text);
        return uri.length() > 1 && uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }

    private Path path(String text) {
        try {
            return base.resolve(text).normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("found \"" + text + "\"", e);
        }
    }

    static Problem problem(IllegalArgumentException e) {
        return Problem.of(
                "",
                String.valueOf(e.getMessage()),
                "a path or a URI such as file:///var/lib/nanosync");
    }
}
