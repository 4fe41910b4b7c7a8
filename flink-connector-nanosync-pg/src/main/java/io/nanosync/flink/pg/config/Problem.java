package io.nanosync.flink.pg.config;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a configuration. Never holds a secret.
 *
 * @param path where it is, for example {@code pipelines[0].source.properties.chunk_size}
 * @param position where that stands in a file; null when there is no file
 * @param found what was found there, for example {@code found "ten"} or {@code unknown property}
 * @param expected what belongs there; null when {@code found} says it all
 * @param nearest the valid name that is most like the one found; null when none is
 */
@PublicEvolving
public record Problem(
        String path,
        @Nullable Position position,
        String found,
        @Nullable String expected,
        @Nullable String nearest)
        implements Serializable {

    /** A place in a file, both counted from 1. */
    public record Position(int line, int column) implements Serializable {
        @Override
        public String toString() {
            return line + ":" + column;
        }
    }

    /** A problem that {@code found} describes whole. */
    public static Problem of(String path, String found) {
        return new Problem(path, null, found, null, null);
    }

    /** A value that is not what belongs there. */
    public static Problem of(String path, String found, String expected) {
        return new Problem(path, null, found, expected, null);
    }

    /** The same problem with its place in a file. */
    public Problem at(String newPath, @Nullable Position newPosition) {
        return new Problem(newPath, newPosition, found, expected, nearest);
    }

    /** The same problem with other words for what was found. */
    public Problem withFound(String newFound) {
        return new Problem(path, position, newFound, expected, nearest);
    }

    /** The problem in one line, without its position. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(path).append(": ").append(found);
        if (expected != null) {
            text.append(", expected ").append(expected);
        }
        if (nearest != null) {
            text.append("; did you mean ").append(nearest).append('?');
        }
        return text.toString();
    }
}
