package io.nanosync.flink.jobs.cli.metrics;

import java.util.Map;
import java.util.Properties;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Hands the {@code ns_*} metrics of a local run to {@link LiveMetrics}. */
public final class ProcessReporter implements MetricReporter {

    private static final String PREFIX = "ns_";

    private final LiveMetrics metrics;

    ProcessReporter(LiveMetrics metrics) {
        this.metrics = metrics;
    }

    /** Named in Flink's configuration. */
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
        if (name.startsWith(PREFIX)) {
            Map<String, String> variables = group.getAllVariables();
            metrics.add(metric, name, variables.get("<pipeline>"), variables.get("<table>"));
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        metrics.remove(metric);
    }
}
