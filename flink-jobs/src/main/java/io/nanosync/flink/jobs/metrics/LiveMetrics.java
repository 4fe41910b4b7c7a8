package io.nanosync.flink.jobs.metrics;

import io.nanosync.flink.pg.source.metrics.Label;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.jspecify.annotations.Nullable;

/**
 * The connector's own metrics of all jobs of this process. Filled by {@link ProcessReporter} in
 * Flink's threads, read by any. A counter goes on when its job is restarted in this process.
 */
public final class LiveMetrics {

    private static final LiveMetrics OF_THIS_PROCESS = new LiveMetrics(System::nanoTime);

    private static final Comparator<Sample> ORDER =
            Comparator.<Sample, String>comparing(sample -> sample.metric().id())
                    .thenComparing(sample -> label(sample, Label.PIPELINE))
                    .thenComparing(sample -> label(sample, Label.TABLE))
                    .thenComparing(sample -> label(sample, Label.OPERATION));

    private final IdentityHashMap<Metric, Registered> registered = new IdentityHashMap<>();
    private final EarlierCounts earlier;
    private final JobRestarts restarts = new JobRestarts();

    LiveMetrics(LongSupplier nanoTime) {
        this.earlier = new EarlierCounts(nanoTime);
    }

    /**
     * The one that Flink's reporter fills: Flink creates reporters itself and hands nothing over.
     */
    public static LiveMetrics ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    /**
     * A metric of one task, or of the JobManager.
     *
     * @param job the id of its job
     */
    private record Registered(Metric metric, String job, Series series) {}

    /** The counts of a job that are of one series, which its ended tasks have counted too. */
    private record Counted(String job, Series series) {}

    synchronized void add(Metric metric, String job, Series series) {
        Registered former = registered.put(metric, new Registered(metric, job, series));
        if (former == null) {
            earlier.added(job);
        }
        String pipeline = series.labels().get(Label.PIPELINE);
        if (pipeline != null) {
            restarts.has(job, pipeline);
        }
    }

    /**
     * Flink counts the restarts of a job from now on.
     *
     * @param count Flink's own metric
     */
    synchronized void addRestarts(Metric count, String job) {
        restarts.added(job, count);
    }

    synchronized void remove(Metric metric) {
        Registered former = registered.remove(metric);
        if (former == null) {
            restarts.removed(metric);
            return;
        }
        if (former.series().counts() && metric instanceof Counter counter) {
            earlier.ended(former.job(), former.series(), counter.getCount());
        }
        earlier.removed(former.job());
    }

    /** All numbers now: counters summed over subtasks, of gauges the largest. Sorted. */
    public List<Sample> samples() {
        // The values are asked for without the lock: whoever gives them may hold one of their own.
        List<Registered> live = new ArrayList<>();
        Map<Series, Double> merged = new HashMap<>();
        synchronized (this) {
            live.addAll(registered.values());
            Set<Counted> counted = new HashSet<>();
            for (Registered one : live) {
                if (one.series().counts() && counted.add(new Counted(one.job(), one.series()))) {
                    double count = earlier.of(one.job(), one.series());
                    merged.merge(one.series(), count, Double::sum);
                }
            }
            restarts.forEach((series, count) -> live.add(new Registered(count, "", series)));
        }
        for (Registered one : live) {
            Double value = value(one.metric());
            if (value != null) {
                merged.merge(one.series(), value, one.series().counts() ? Double::sum : Math::max);
            }
        }
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
        return metrics(metric, pipeline)
                .map(LiveMetrics::value)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .max();
    }

    /** What a gauge of texts says now, of the subtask that says anything; empty when none does. */
    public String text(SourceMetric metric, String pipeline) {
        return metrics(metric, pipeline)
                .map(one -> one instanceof Gauge<?> gauge ? gauge.getValue() : "")
                .filter(value -> value instanceof String text && !text.isEmpty())
                .map(String.class::cast)
                .findFirst()
                .orElse("");
    }

    private synchronized Stream<Metric> metrics(SourceMetric metric, String pipeline) {
        Series series = new Series(metric, Map.of(Label.PIPELINE, pipeline));
        return registered.values().stream()
                .filter(one -> one.series().equals(series))
                .map(Registered::metric)
                .toList()
                .stream();
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
