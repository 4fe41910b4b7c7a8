package io.nanosync.flink.jobs.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Locale;
import java.util.Map;

/** What {@code nanosync bench} found, as a page or as one JSON object. */
sealed interface BenchResult
        permits BenchReport, LatencyReport, ProjectionReport, StrategiesReport {

    /** Lines that fit 100 columns, each with its end. */
    String text();

    /** One JSON object on one line, without its end. */
    String json() throws JsonProcessingException;

    /** Appends what is said of the server. */
    static void server(StringBuilder page, Map<String, String> server) {
        server.forEach((name, value) -> line(page, "%-34s %s", name, value));
    }

    /** Appends with how much at a time the connector reads. */
    static void workers(StringBuilder page, int workers, int parallelism) {
        line(page, "%-34s %d, job parallelism %d", "workers", workers, parallelism);
    }

    /** To three digits behind the point. */
    static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }

    /** Appends a line. */
    static void line(StringBuilder page, String format, Object... values) {
        page.append(String.format(Locale.ROOT, format, values).stripTrailing())
                .append(System.lineSeparator());
    }
}
