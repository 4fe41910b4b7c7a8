package io.nanosync.flink.jobs.history.broken;

/**
 * One text of the product's source in place of another.
 *
 * @param file below the connector's source folder
 * @param text stands there exactly once
 */
record Edit(String file, String text, String replacement) {

    /** The source as it is after the edit. */
    String apply(String source) {
        int at = source.indexOf(text);
        if (at < 0 || source.indexOf(text, at + 1) >= 0) {
            throw new AssertionError(
                    "Should stand exactly once in " + file + ", adapt the broken build: " + text);
        }
        return source.substring(0, at) + replacement + source.substring(at + text.length());
    }
}
