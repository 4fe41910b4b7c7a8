package io.nanosync.flink.jobs.metrics;

import io.nanosync.flink.pg.source.metrics.Label;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Samples in Prometheus' text format, version 0.0.4. */
public final class PrometheusText {

    private PrometheusText() {}

    /** The text of samples that are sorted by name. */
    static String of(List<Sample> samples) {
        StringBuilder text = new StringBuilder();
        SourceMetric last = null;
        for (Sample sample : samples) {
            SourceMetric metric = sample.metric();
            if (metric != last) {
                head(text, metric);
                last = metric;
            }
            text.append(metric.id())
                    .append(labels(sample))
                    .append(' ')
                    .append(number(sample.value()))
                    .append('\n');
        }
        return text.toString();
    }

    private static void head(StringBuilder text, SourceMetric metric) {
        String help = metric.description().replace("\\", "\\\\").replace("\n", "\\n");
        text.append("# HELP ").append(metric.id()).append(' ').append(help).append('\n');
        text.append("# TYPE ")
                .append(metric.id())
                .append(metric.kind() == SourceMetric.Kind.COUNTER ? " counter\n" : " gauge\n");
    }

    private static String labels(Sample sample) {
        String labels =
                sample.metric().labels().stream()
                        .map(label -> label(label, sample.label(label)))
                        .collect(Collectors.joining(","));
        return labels.isEmpty() ? "" : "{" + labels + "}";
    }

    private static String label(Label label, @Nullable String value) {
        String text = value == null ? "" : value;
        return label.label()
                + "=\""
                + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
                + "\"";
    }

    /** A value as the format writes it. */
    public static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
