package io.nanosync.flink.jobs.cli.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Samples in Prometheus' text format, version 0.0.4. */
final class PrometheusText {

    private PrometheusText() {}

    /** The text of samples that are sorted by name. */
    static String of(List<Sample> samples) {
        StringBuilder text = new StringBuilder();
        String last = "";
        for (Sample sample : samples) {
            if (!sample.name().equals(last)) {
                text.append("# TYPE ")
                        .append(sample.name())
                        .append(sample.counter() ? " counter\n" : " gauge\n");
                last = sample.name();
            }
            text.append(sample.name())
                    .append(labels(sample))
                    .append(' ')
                    .append(number(sample.value()))
                    .append('\n');
        }
        return text.toString();
    }

    private static String labels(Sample sample) {
        String pipeline = label("pipeline", sample.pipeline());
        String table = label("table", sample.table());
        String comma = pipeline.isEmpty() || table.isEmpty() ? "" : ",";
        String labels = pipeline + comma + table;
        return labels.isEmpty() ? "" : "{" + labels + "}";
    }

    private static String label(String name, @Nullable String value) {
        return value == null
                ? ""
                : name
                        + "=\""
                        + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
                        + "\"";
    }

    private static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
