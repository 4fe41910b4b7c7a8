package io.nanosync.flink.pg.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of reading a configuration: the value, or everything that is wrong with it.
 *
 * @param value null exactly when there are problems
 * @param problems all of them, in the order of the input
 */
public record Checked<T>(@Nullable T value, List<Problem> problems) {

    /** The value, or, with problems, nothing but those. */
    public static <T> Checked<T> of(@Nullable T value, List<Problem> problems) {
        return problems.isEmpty()
                ? new Checked<>(value, List.of())
                : new Checked<>(null, List.copyOf(problems));
    }

    /**
     * The value.
     *
     * @throws InvalidConfigException with every problem when there are any
     */
    public T orThrow() throws InvalidConfigException {
        if (value == null) {
            throw new InvalidConfigException(problems);
        }
        return value;
    }
}
