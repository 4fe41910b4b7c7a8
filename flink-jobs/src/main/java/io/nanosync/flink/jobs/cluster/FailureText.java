package io.nanosync.flink.jobs.cluster;

import java.util.List;

/** The one line of a stack trace that a user needs. */
final class FailureText {

    private static final String CAUSED_BY = "Caused by: ";

    private FailureText() {}

    /**
     * The message of the outermost exception of this project, which knows most of what was being
     * done; else of the root cause.
     */
    static String of(String stackTrace) {
        List<String> links =
                stackTrace
                        .lines()
                        .filter(line -> line.startsWith(CAUSED_BY) || !line.startsWith("\t"))
                        .map(
                                line ->
                                        line.startsWith(CAUSED_BY)
                                                ? line.substring(CAUSED_BY.length())
                                                : line)
                        .filter(line -> !line.isBlank())
                        .toList();
        return links.stream()
                .filter(link -> link.startsWith("io.nanosync."))
                .findFirst()
                .map(link -> link.substring(link.indexOf(": ") + (link.contains(": ") ? 2 : 1)))
                .orElse(links.isEmpty() ? "no reason given" : links.get(links.size() - 1));
    }
}
