package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.metrics.LiveMetrics;
import io.nanosync.flink.jobs.metrics.PrometheusServer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Prometheus text, when the file asks for it. */
record MetricsEndpoint(@Nullable PrometheusServer server) implements AutoCloseable {

    static MetricsEndpoint of(@Nullable Integer port) throws CommandException {
        try {
            return new MetricsEndpoint(
                    port == null
                            ? null
                            : PrometheusServer.start(port, LiveMetrics.ofThisProcess()));
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

    String note() {
        return server == null
                ? ""
                : "  metrics: http://127.0.0.1:" + server.address().getPort() + "/metrics";
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
