package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.Problem;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.ReadableConfig;
import org.jspecify.annotations.Nullable;

/** Reads options one by one and collects what is wrong with them. */
final class GivenOptions {

    private final ReadableConfig options;
    private final List<Problem> problems = new ArrayList<>();

    GivenOptions(ReadableConfig options) {
        this.options = options;
    }

    /** What was wrong so far; more is added here. */
    List<Problem> problems() {
        return problems;
    }

    boolean has(TableOption<?> option) {
        return text(option.name()) != null;
    }

    /** The text as it was written; null when the option isn't given. */
    @Nullable String text(String name) {
        return options.getOptional(TableOption.text(name)).orElse(null);
    }

    /** What was given, else the default; null without either, or with a problem. */
    <T> @Nullable T read(TableOption<T> option) {
        String given = text(option.name());
        String text = given == null ? option.defaultText() : given;
        if (text == null) {
            return null;
        }
        return option.type().read(text, option.name(), problems);
    }
}
