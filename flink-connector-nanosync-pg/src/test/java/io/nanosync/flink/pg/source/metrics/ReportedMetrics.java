package io.nanosync.flink.pg.source.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.testutils.InMemoryReporter;

/** The metrics of one job, as a reporter of Flink's gets them. */
public final class ReportedMetrics {

    private final InMemoryReporter reporter = InMemoryReporter.create();

    /** One that is registered now. */
    private record Registered(String name, Map<String, String> variables, Metric metric) {

        boolean has(Label label, String value) {
            return value.equals(variables.get("<" + label.label() + ">"));
        }

        /** As {@link #definition(SourceMetric)} puts it. */
        String inWords() {
            List<Label> labels =
                    Stream.of(Label.values())
                            .filter(label -> variables.containsKey("<" + label.label() + ">"))
                            .toList();
            String kind = "COUNTER";
            if (metric instanceof Gauge<?> gauge) {
                kind = gauge.getValue() instanceof String ? "TEXT" : "GAUGE";
            }
            return name + " " + labels + " " + kind;
        }
    }

    /** Settings of a job that reports here. */
    public Configuration settings() {
        return reporter.addToConfiguration(new Configuration());
    }

    private List<Registered> registered() {
        List<Registered> all = new ArrayList<>();
        reporter.getMetricsByGroup()
                .forEach(
                        (group, metrics) ->
                                metrics.forEach(
                                        (name, metric) ->
                                                all.add(
                                                        new Registered(
                                                                name,
                                                                group.getAllVariables(),
                                                                metric))));
        return all;
    }

    /** Name, labels and kind of all metrics of the connector's own. */
    public Set<String> ownInWords() {
        Set<String> words = new TreeSet<>();
        registered().stream()
                .filter(metric -> metric.name().startsWith("ns_"))
                .forEach(metric -> words.add(metric.inWords()));
        return words;
    }

    /** What {@link #ownInWords} has of a metric. */
    public static String definition(SourceMetric metric) {
        return metric.id() + " " + metric.labels() + " " + metric.kind();
    }

    /** Names of the standard metrics that the source's task has. */
    public Set<String> standard() {
        Set<String> names = new TreeSet<>();
        registered().stream().filter(this::isOfSource).forEach(metric -> names.add(metric.name()));
        return names;
    }

    private boolean isOfSource(Registered metric) {
        return metric.variables().getOrDefault("<operator_name>", "").startsWith("Source:")
                && metric.variables().containsKey("<subtask_index>")
                && !metric.name().startsWith("ns_");
    }

    /** The value of the one metric of this name in a job with one source task. */
    public double value(StandardMetric metric) {
        return only(
                registered().stream()
                        .filter(this::isOfSource)
                        .filter(found -> found.name().equals(metric.id()))
                        .toList(),
                metric.id());
    }

    /** The value of the one metric of this name. */
    public double value(SourceMetric metric) {
        return only(
                registered().stream().filter(found -> found.name().equals(metric.id())).toList(),
                metric.id());
    }

    /** Of a table. */
    public double value(SourceMetric metric, String table) {
        return only(
                registered().stream()
                        .filter(found -> found.name().equals(metric.id()))
                        .filter(found -> found.has(Label.TABLE, table))
                        .toList(),
                metric.id() + " of " + table);
    }

    /** Changes of a table by an operation. */
    public double changes(String table, String operation) {
        return only(
                registered().stream()
                        .filter(found -> found.name().equals(SourceMetric.CDC_EVENTS.id()))
                        .filter(found -> found.has(Label.TABLE, table))
                        .filter(found -> found.has(Label.OPERATION, operation))
                        .toList(),
                operation + "s of " + table);
    }

    private static double only(List<Registered> found, String what) {
        if (found.size() != 1) {
            throw new IllegalStateException(
                    "There are " + found.size() + " metrics " + what + ", not one");
        }
        Metric metric = found.get(0).metric();
        return metric instanceof Counter counter
                ? counter.getCount()
                : ((Number) ((Gauge<?>) metric).getValue()).doubleValue();
    }
}
