package io.nanosync.flink.jobs.cli.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
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
 * The {@code ns_*} metrics of all jobs of this process. Filled by {@link ProcessReporter} in
 * Flink's threads, read by any.
 */
public final class LiveMetrics {

    private static final LiveMetrics OF_THIS_PROCESS = new LiveMetrics();

    private static final Comparator<Sample> ORDER =
            Comparator.comparing(Sample::name)
                    .thenComparing(Sample::pipeline, Comparator.nullsFirst(String::compareTo))
                    .thenComparing(Sample::table, Comparator.nullsFirst(String::compareTo));

    private final Map<Metric, Series> registered = new ConcurrentHashMap<>();

    LiveMetrics() {}

    /**
     * The one that Flink's reporter fills: Flink creates reporters itself and hands nothing over.
     */
    public static LiveMetrics ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    private record Series(String name, @Nullable String pipeline, @Nullable String table) {}

    void add(Metric metric, String name, @Nullable String pipeline, @Nullable String table) {
        registered.put(metric, new Series(name, pipeline, table));
    }

    void remove(Metric metric) {
        registered.remove(metric);
    }

    /** All numbers now: counters summed over subtasks, of gauges the largest. Sorted. */
    public List<Sample> samples() {
        Map<Series, Sample> merged = new LinkedHashMap<>();
        registered.forEach(
                (metric, series) -> {
                    Double value = value(metric);
                    if (value != null) {
                        Sample sample =
                                new Sample(
                                        series.name(),
                                        series.pipeline(),
                                        series.table(),
                                        metric instanceof Counter,
                                        value);
                        merged.merge(series, sample, LiveMetrics::merge);
                    }
                });
        List<Sample> samples = new ArrayList<>(merged.values());
        samples.sort(ORDER);
        return samples;
    }

    /** What a gauge of numbers says now, the largest over subtasks; empty when there is none. */
    public OptionalDouble gauge(String name, String pipeline) {
        Series series = new Series(name, pipeline, null);
        return registered.entrySet().stream()
                .filter(entry -> entry.getValue().equals(series))
                .map(entry -> value(entry.getKey()))
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .max();
    }

    /** What a gauge of texts says now, of the subtask that says anything; empty when none does. */
    public String text(String name, String pipeline) {
        return registered.entrySet().stream()
                .filter(entry -> entry.getValue().equals(new Series(name, pipeline, null)))
                .map(entry -> entry.getKey() instanceof Gauge<?> gauge ? gauge.getValue() : "")
                .filter(value -> value instanceof String text && !text.isEmpty())
                .map(String.class::cast)
                .findFirst()
                .orElse("");
    }

    private static Sample merge(Sample a, Sample b) {
        double value = a.counter() ? a.value() + b.value() : Math.max(a.value(), b.value());
        return new Sample(a.name(), a.pipeline(), a.table(), a.counter(), value);
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
