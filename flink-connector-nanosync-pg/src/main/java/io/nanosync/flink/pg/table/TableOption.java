package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.OptionType;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.jspecify.annotations.Nullable;

/**
 * One option of a Flink table that SQL alone has.
 *
 * @param name its name
 * @param type what values it takes
 * @param defaultText its default as a user would write it; null when there is none
 * @param description one or two sentences for the guide
 */
record TableOption<T>(
        String name, OptionType<T> type, @Nullable String defaultText, String description) {

    /** The option as Flink knows it: text, so that all wrong values are reported together. */
    ConfigOption<String> flink() {
        return text(name);
    }

    static ConfigOption<String> text(String name) {
        return ConfigOptions.key(name).stringType().noDefaultValue();
    }
}
