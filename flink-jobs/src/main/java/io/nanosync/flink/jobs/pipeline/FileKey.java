package io.nanosync.flink.jobs.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * One key of a pipelines file.
 *
 * @param name the key
 * @param required whether it must be there
 * @param defaultText its default as the reference prints it; null when there is none
 * @param description one or two sentences for the reference
 */
record FileKey(String name, boolean required, @Nullable String defaultText, String description) {

    static FileKey required(String name, String description) {
        return new FileKey(name, true, null, description);
    }

    static FileKey optional(String name, @Nullable String defaultText, String description) {
        return new FileKey(name, false, defaultText, description);
    }
}
