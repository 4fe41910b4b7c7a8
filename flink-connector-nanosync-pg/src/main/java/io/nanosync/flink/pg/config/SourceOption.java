package io.nanosync.flink.pg.config;

import org.jspecify.annotations.Nullable;

/**
 * One property of the source.
 *
 * @param name its name, words joined by underscores
 * @param section heading in the reference
 * @param type what values it takes
 * @param defaultText its default as a user would write it; null when there is none
 * @param description one or two sentences for the reference
 */
public record SourceOption<T>(
        String name,
        Section section,
        OptionType<T> type,
        @Nullable String defaultText,
        String description) {

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
}
