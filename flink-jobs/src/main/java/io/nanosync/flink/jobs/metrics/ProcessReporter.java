package io.nanosync.flink.jobs.metrics;

import io.nanosync.flink.pg.source.metrics.Label;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Hands the connector's own metrics of this process to {@link LiveMetrics}. */
public final class ProcessReporter implements MetricReporter {

    private final LiveMetrics metrics;

    ProcessReporter(LiveMetrics metrics) {
        this.metrics = metrics;
    }

    /** The one of local runs. Named in Flink's configuration. */
    public static final class Factory implements MetricReporterFactory {
        @Override
        public MetricReporter createMetricReporter(Properties properties) {
            return new ProcessReporter(LiveMetrics.ofThisProcess());
        }
    }

    @Override
    public void open(MetricConfig config) {
        // Nothing to configure.
    }

    @Override
    public void close() {
        // Metrics are removed one by one before.
    }

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        SourceMetric definition = SourceMetric.named(name);
        if (definition != null) {
            add(metric, definition, group.getAllVariables());
        } else if (name.equals(SourceMetric.RESTARTS_AT_FLINK)) {
            metrics.addRestarts(metric, job(group.getAllVariables()));
        }
    }

    private void add(Metric metric, SourceMetric definition, Map<String, String> variables) {
        Map<Label, String> labels = new EnumMap<>(Label.class);
        for (Label label : definition.labels()) {
            String value = variables.get("<" + label.label() + ">");
            if (value != null) {
                labels.put(label, value);
            }
        }
        metrics.add(metric, job(variables), new Series(definition, labels));
    }

    private static String job(Map<String, String> variables) {
        return variables.getOrDefault("<job_id>", "");
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        metrics.remove(metric);
    }
}
