package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.local.MetricsRecord;
import io.nanosync.flink.jobs.metrics.LiveMetrics;
import io.nanosync.flink.jobs.metrics.PrometheusServer;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prometheus text of a run, at the port that the file asks for, else at a free one. For as long as
 * it is open the state folder of each pipeline says where.
 */
record MetricsEndpoint(PrometheusServer server, boolean asked, List<Pipeline> pipelines)
        implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsEndpoint.class);

    /** Serves the metrics of pipelines whose locks this process holds. */
    static MetricsEndpoint of(@Nullable Integer port, List<Pipeline> pipelines)
            throws CommandException {
        MetricsEndpoint endpoint = serve(port, pipelines);
        try {
            MetricsRecord record = MetricsRecord.ofThisProcess(endpoint.address());
            for (Pipeline pipeline : pipelines) {
                record.write(pipeline);
            }
            return endpoint;
        } catch (IOException e) {
            endpoint.close();
            throw new CommandException("Cannot write into the state folder: " + e, e);
        }
    }

    private static MetricsEndpoint serve(@Nullable Integer port, List<Pipeline> pipelines)
            throws CommandException {
        try {
            return new MetricsEndpoint(
                    PrometheusServer.start(port == null ? 0 : port, LiveMetrics.ofThisProcess()),
                    port != null,
                    pipelines);
        } catch (IOException e) {
            throw new CommandException(
                    "Cannot serve metrics on 127.0.0.1:"
                            + port
                            + ": "
                            + e.getMessage()
                            + ". Choose another metrics_port",
                    e);
        }
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + "/metrics");
    }

    String note() {
        return asked ? "  metrics: " + address() : "";
    }

    @Override
    public void close() {
        server.close();
        for (Pipeline pipeline : pipelines) {
            try {
                MetricsRecord.remove(pipeline);
            } catch (IOException e) {
                // Whoever reads it finds that nobody answers there.
                LOG.warn("Cannot remove the address of the metrics of {}", pipeline.name(), e);
            }
        }
    }
}
