package io.nanosync.flink.pg.config;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One property of the source, or option of a table that reads from it.
 *
 * @param name its name, words of a property joined by underscores, see {@link NameStyle}
 * @param section heading in the reference
 * @param type what values it takes
 * @param defaultText its default as a user would write it; null when there is none
 * @param description one or two sentences for the reference
 */
public record SourceOption<T extends Serializable>(
        String name,
        Section section,
        OptionType<T> type,
        @Nullable String defaultText,
        String description) {

    /** Its default; null when there is none. */
    @Nullable T defaultValue() {
        if (defaultText == null) {
            return null;
        }
        T value = type.parse(defaultText);
        if (value == null) {
            throw new IllegalStateException("The default of " + name + " is not valid");
        }
        return value;
    }

    /** Headings of the reference. */
    public enum Section {
        CONNECTION("Connection"),
        SNAPSHOT("Snapshot"),
        STREAM("CDC / streaming"),
        TUNING("Tuning"),
        TABLE("Flink SQL");

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
