package io.nanosync.flink.jobs.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    /** Appends what was measured of both sides; nothing of a phase that was left out. */
    static void row(StringBuilder page, String what, @Nullable Comparison comparison) {
        if (comparison != null) {
            line(
                    page,
                    "%-42s %,12.0f %,12.0f %7.2f",
                    what,
                    comparison.connectorPerSecond(),
                    comparison.limitPerSecond(),
                    comparison.ratio());
        }
    }

    /** Each run's rate, for JSON. */
    static ArrayNode runs(List<Rate> rates) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        rates.forEach(rate -> array.add(Math.round(rate.perSecond())));
        return array;
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
