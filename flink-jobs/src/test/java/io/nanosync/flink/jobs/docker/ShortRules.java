package io.nanosync.flink.jobs.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.regex.Pattern;

/** The alert rules with a second for each minute, and a megabyte for each gigabyte. */
final class ShortRules {

    private static final Pattern MINUTES = Pattern.compile("\\b([0-9]+)m\\b");
    private static final Pattern HOURS = Pattern.compile("\\b([0-9]+)h\\b");

    /** Numbers of seconds and megabytes. */
    private static final Map<String, String> NUMBERS =
            Map.of(
                    "lag_seconds) > 300", "lag_seconds) > 5",
                    "age_seconds) > 120", "age_seconds) > 2",
                    ", 3600)", ", 60)",
                    // A start takes its time.
                    "restarts_total[15m]", "restarts_total[60s]",
                    "> 5000 * 1024", "> 5 * 1024");

    private ShortRules() {}

    static String text() {
        String text = DockerFolder.text("prometheus/alerts.yml");
        for (Map.Entry<String, String> number : NUMBERS.entrySet()) {
            assertThat(text).containsOnlyOnce(number.getKey());
            text = text.replace(number.getKey(), number.getValue());
        }
        text = MINUTES.matcher(text).replaceAll("$1s");
        return HOURS.matcher(text).replaceAll("$1m");
    }
}
