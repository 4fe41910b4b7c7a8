package io.nanosync.flink.jobs.metrics;

import java.util.Properties;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * The plugin that serves the connector's own metrics on a cluster, in each of its processes. Named
 * in Flink's configuration as {@code metrics.reporter.<name>.factory.class}; {@code host} and
 * {@code port} beside it say where to listen: {@value PrometheusReporter#DEFAULT_HOST} and {@value
 * PrometheusReporter#DEFAULT_PORT}, or of a range such as {@code 9250-9260} the first port that is
 * free.
 */
public final class PrometheusReporterFactory implements MetricReporterFactory {

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
        return new PrometheusReporter();
    }
}
