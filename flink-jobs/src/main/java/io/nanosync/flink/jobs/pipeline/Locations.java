package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.Problem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Folders in a pipelines file: URIs stay, paths are taken relative to the file. */
final class Locations {

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");

    private static final String LOCAL = "file:";

    private final Path base;

    Locations(Path base) {
        this.base = base;
    }

    /**
     * The location as a URI of a Flink file system, without a slash at its end. As Flink reads
     * them, so without percent-encoding.
     *
     * @throws IllegalArgumentException when it is neither
     * @throws UnnameableException when no file of this machine can be named so
     */
    String resolve(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("found an empty text");
        }
        boolean isUri = SCHEME.matcher(text).matches();
        if (!isUri || text.startsWith(LOCAL)) {
            requireNameable(text);
        }
        String uri = isUri ? text : LOCAL + "//" + path(text);
        return uri.length() > 1 && uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }

    private static void requireNameable(String text) {
        String problem = FileNameCharset.problemWith(text);
        if (problem != null) {
            throw new UnnameableException(problem);
        }
    }

    private Path path(String text) {
        try {
            return base.resolve(text).normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("found \"" + text + "\"", e);
        }
    }

    static boolean isLocal(String uri) {
        return uri.startsWith(LOCAL);
    }

    static Problem problem(IllegalArgumentException e) {
        if (e instanceof UnnameableException) {
            return Problem.of("", String.valueOf(e.getMessage()));
        }
        return Problem.of(
                "",
                String.valueOf(e.getMessage()),
                "a path or a URI such as file:///var/lib/nanosync");
    }

    /** The location is well-formed, but the locale can't name it. */
    private static final class UnnameableException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        UnnameableException(String message) {
            super(message);
        }
    }
}
