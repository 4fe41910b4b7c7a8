package io.nanosync.flink.jobs.metrics;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.util.NetUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the connector's own metrics of a process of a cluster as Prometheus text. */
final class PrometheusReporter implements MetricReporter {

    static final String DEFAULT_HOST = "127.0.0.1";
    static final String DEFAULT_PORT = "9250";

    private static final Logger LOG = LoggerFactory.getLogger(PrometheusReporter.class);

    private final LiveMetrics metrics = new LiveMetrics(System::nanoTime);
    private final ProcessReporter collector = new ProcessReporter(metrics);
    private @Nullable PrometheusServer server;

    /**
     * Begins to serve.
     *
     * @throws IllegalArgumentException when nothing can listen there; Flink logs it and goes on
     */
    @Override
    public void open(MetricConfig config) {
        String host = config.getString("host", DEFAULT_HOST);
        String ports = config.getString("port", DEFAULT_PORT);
        server = start(host, ports);
        LOG.info("Serving metrics on {}", server.address());
    }

    private PrometheusServer start(String host, String ports) {
        IOException failure = null;
        for (int port : range(host, ports)) {
            try {
                return PrometheusServer.start(new InetSocketAddress(host, port), metrics);
            } catch (IOException e) {
                failure = e;
            }
        }
        throw refused(host, ports, failure);
    }

    private static List<Integer> range(String host, String ports) {
        try {
            List<Integer> range = new ArrayList<>();
            NetUtils.getPortRangeFromString(ports).forEachRemaining(range::add);
            return range;
        } catch (IllegalArgumentException | IllegalConfigurationException e) {
            throw refused(host, ports, e);
        }
    }

    private static IllegalArgumentException refused(
            String host, String ports, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "Cannot serve metrics on host "
                        + host
                        + ", port "
                        + ports
                        + (cause == null ? "" : ": " + cause.getMessage())
                        + ". Set metrics.reporter.<name>.host to an address of this machine and"
                        + " metrics.reporter.<name>.port to a free port or a range such as"
                        + " 9250-9260",
                cause);
    }

    /** Where it listens; null before it is opened. */
    @Nullable InetSocketAddress address() {
        return server == null ? null : server.address();
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        collector.notifyOfAddedMetric(metric, name, group);
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        collector.notifyOfRemovedMetric(metric, name, group);
    }
}
