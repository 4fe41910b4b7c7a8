package io.nanosync.flink.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SourceMetricsTest {

    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final int SUBTASKS = 10;

    /** As a job's subtasks have none between two attempts. */
    @Test
    void waitsOnceForAllSubtasksWithoutMetrics() throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String subtasks = "{}" + ",{}".repeat(SUBTASKS - 1);
        AtomicInteger requests = new AtomicInteger();
        server.createContext(
                "/",
                request -> {
                    requests.incrementAndGet();
                    String path = request.getRequestURI().getPath();
                    byte[] body =
                            (path.endsWith("/metrics") ? "[]" : "{\"subtasks\":[" + subtasks + "]}")
                                    .getBytes(StandardCharsets.UTF_8);
                    request.sendResponseHeaders(200, body.length);
                    request.getResponseBody().write(body);
                    request.close();
                });
        server.start();
        try {
            URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            SourceMetrics metrics =
                    new SourceMetrics(new ClusterRest(address), "/jobs/j", "v", PATIENCE);
            assertThat(metrics.ofTasks(SourceMetric.STREAM_STATUS)).isEmpty();
            // Again within its patience, five times a second.
            assertThat(requests.get()).isLessThanOrEqualTo(1 + SUBTASKS + 3);
        } finally {
            server.stop(0);
        }
    }
}
