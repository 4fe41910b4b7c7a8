package io.nanosync.flink.pg.config;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One property of the source.
 *
 * @param name its name, words joined by underscores
 * @param section heading in the reference
 * @param type what values it takes
 * @param defaultText its default as a user would write it; null when there is none
 * @param description one or two sentences for the reference
 * @param notYet values that are valid but have no effect in this version; null when all have
 */
public record SourceOption<T>(
        String name,
        Section section,
        OptionType<T> type,
        @Nullable String defaultText,
        String description,
        @Nullable NotYet<T> notYet) {

    /** Headings of the reference. */
    public enum Section {
        CONNECTION("Connection"),
        SNAPSHOT("Snapshot"),
        STREAM("CDC / streaming"),
        TUNING("Tuning");

        private final String title;

        Section(String title) {
            this.title = title;
        }

        /** The heading. */
        public String title() {
            return title;
        }
    }

    /**
     * What this version can't do yet.
     *
     * @param applies the values concerned
     * @param remedy what to do instead, an imperative
     */
    public record NotYet<T>(Predicate<T> applies, String remedy) {}

    /** An option all of whose values work. */
    SourceOption(
            String name,
            Section section,
            OptionType<T> type,
            @Nullable String defaultText,
            String description) {
        this(name, section, type, defaultText, description, null);
    }

    /** The same option with values that have no effect yet. */
    SourceOption<T> notYet(Predicate<T> applies, String remedy) {
        return new SourceOption<>(
                name, section, type, defaultText, description, new NotYet<>(applies, remedy));
    }
}
