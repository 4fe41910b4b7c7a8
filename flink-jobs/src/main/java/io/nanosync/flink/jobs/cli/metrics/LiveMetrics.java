package io.nanosync.flink.jobs.cli.metrics;

import io.nanosync.flink.pg.source.metrics.Label;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.jspecify.annotations.Nullable;

/**
 * The connector's own metrics of all jobs of this process. Filled by {@link ProcessReporter} in
 * Flink's threads, read by any.
 */
public final class LiveMetrics {

    private static final LiveMetrics OF_THIS_PROCESS = new LiveMetrics();

    private static final Comparator<Sample> ORDER =
            Comparator.<Sample, String>comparing(sample -> sample.metric().id())
                    .thenComparing(sample -> label(sample, Label.PIPELINE))
                    .thenComparing(sample -> label(sample, Label.TABLE))
                    .thenComparing(sample -> label(sample, Label.OPERATION));

    private final Map<Metric, Series> registered = new ConcurrentHashMap<>();

    LiveMetrics() {}

    /**
     * The one that Flink's reporter fills: Flink creates reporters itself and hands nothing over.
     */
    public static LiveMetrics ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    private record Series(SourceMetric metric, Map<Label, String> labels) {}

    void add(Metric metric, SourceMetric definition, Map<Label, String> labels) {
        registered.put(metric, new Series(definition, Map.copyOf(labels)));
    }

    void remove(Metric metric) {
        registered.remove(metric);
    }

    /** All numbers now: counters summed over subtasks, of gauges the largest. Sorted. */
    public List<Sample> samples() {
        Map<Series, Double> merged = new HashMap<>();
        registered.forEach(
                (metric, series) -> {
                    Double value = value(metric);
                    if (value != null) {
                        boolean sums = series.metric().kind() == SourceMetric.Kind.COUNTER;
                        merged.merge(series, value, sums ? Double::sum : Math::max);
                    }
                });
        List<Sample> samples = new ArrayList<>();
        merged.forEach(
                (series, value) ->
                        samples.add(new Sample(series.metric(), series.labels(), value)));
        samples.sort(ORDER);
        return samples;
    }

    private static String label(Sample sample, Label label) {
        return Objects.requireNonNullElse(sample.label(label), "");
    }

    /** What a gauge of numbers says now, the largest over subtasks; empty when there is none. */
    public OptionalDouble gauge(SourceMetric metric, String pipeline) {
        Series series = new Series(metric, Map.of(Label.PIPELINE, pipeline));
        return registered.entrySet().stream()
                .filter(entry -> entry.getValue().equals(series))
                .map(entry -> value(entry.getKey()))
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .max();
    }

    /** What a gauge of texts says now, of the subtask that says anything; empty when none does. */
    public String text(SourceMetric metric, String pipeline) {
        Series series = new Series(metric, Map.of(Label.PIPELINE, pipeline));
        return registered.entrySet().stream()
                .filter(entry -> entry.getValue().equals(series))
                .map(entry -> entry.getKey() instanceof Gauge<?> gauge ? gauge.getValue() : "")
                .filter(value -> value instanceof String text && !text.isEmpty())
                .map(String.class::cast)
                .findFirst()
                .orElse("");
    }

    private static @Nullable Double value(Metric metric) {
        if (metric instanceof Counter counter) {
            return (double) counter.getCount();
        }
        if (metric instanceof Gauge<?> gauge && gauge.getValue() instanceof Number number) {
            return number.doubleValue();
        }
        return null;
    }
}
