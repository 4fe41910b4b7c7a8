package io.nanosync.flink.jobs.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sample in Prometheus' text format.
 *
 * @param labels by name, in their order
 * @param value as it is written
 */
record PrometheusLine(String name, Map<String, String> labels, String value) {

    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");

    /** The samples of a text; comments are left out. */
    static List<PrometheusLine> parse(String text) {
        return text.lines()
                .filter(line -> !line.startsWith("#"))
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(
                        line ->
                                new PrometheusLine(
                                        line.group(1), labels(line.group(2)), line.group(3)))
                .toList();
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (label.find()) {
            labels.put(
                    label.group(1),
                    ESCAPED.matcher(label.group(2))
                            .replaceAll(
                                    c ->
                                            Matcher.quoteReplacement(
                                                    c.group(1).equals("n") ? "\n" : c.group(1))));
        }
        return labels;
    }
}
