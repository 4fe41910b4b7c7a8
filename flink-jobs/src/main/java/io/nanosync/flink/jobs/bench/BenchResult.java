package io.nanosync.flink.jobs.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Locale;

/** What {@code nanosync bench} found, as a page or as one JSON object. */
sealed interface BenchResult permits BenchReport, LatencyReport, StrategiesReport {

    /** Lines that fit 100 columns, each with its end. */
    String text();

    /** One JSON object on one line, without its end. */
    String json() throws JsonProcessingException;

    /** Appends a line. */
    static void line(StringBuilder page, String format, Object... values) {
        page.append(String.format(Locale.ROOT, format, values).stripTrailing())
                .append(System.lineSeparator());
    }
}
