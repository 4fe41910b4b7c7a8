package io.nanosync.flink.jobs.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.SimpleCounter;
import org.junit.jupiter.api.Test;

class PrometheusServerTest {

    private final LiveMetrics metrics = new LiveMetrics();

    @Test
    void servesBareNamesSummedOverSubtasks() throws Exception {
        metrics.add(counter(40), "ns_cdc_events_total", "orders", "public.a");
        metrics.add(counter(2), "ns_cdc_events_total", "orders", "public.a");
        metrics.add(counter(7), "ns_cdc_events_total", "orders", "public.\"B\"");
        metrics.add(
                (Gauge<Double>) () -> 0.25, "ns_pipeline_replication_lag_seconds", "orders", null);
        metrics.add(
                (Gauge<Double>) () -> 1.5, "ns_pipeline_replication_lag_seconds", "orders", null);
        metrics.add((Gauge<String>) () -> "text", "ns_text", "orders", null);
        assertThat(scrape())
                .isEqualTo(
                        """
                        # TYPE ns_cdc_events_total counter
                        ns_cdc_events_total{pipeline="orders",table="public.\\"B\\""} 7
                        ns_cdc_events_total{pipeline="orders",table="public.a"} 42
                        # TYPE ns_pipeline_replication_lag_seconds gauge
                        ns_pipeline_replication_lag_seconds{pipeline="orders"} 1.5
                        """);
    }

    @Test
    void keepsTextsForThoseWhoAsk() {
        metrics.add((Gauge<String>) () -> "", "ns_text", "orders", null);
        metrics.add((Gauge<String>) () -> "waits", "ns_text", "orders", null);
        metrics.add((Gauge<String>) () -> "other", "ns_text", "others", null);
        metrics.add((Gauge<Integer>) () -> 3, "ns_number", "orders", null);
        assertThat(metrics.text("ns_text", "orders")).isEqualTo("waits");
        assertThat(metrics.text("ns_number", "orders")).isEmpty();
        assertThat(metrics.text("ns_text", "none")).isEmpty();
    }

    @Test
    void servesNothingBeforeAJobRuns() throws Exception {
        Counter counter = counter(1);
        metrics.add(counter, "ns_cdc_events_total", null, null);
        assertThat(scrape()).contains("ns_cdc_events_total 1\n");
        metrics.remove(counter);
        assertThat(scrape()).isEmpty();
    }

    @Test
    void listensOnThisMachineOnly() throws IOException {
        try (PrometheusServer server = PrometheusServer.start(0, metrics)) {
            assertThat(server.address().getAddress().isLoopbackAddress()).isTrue();
        }
    }

    private String scrape() throws IOException, InterruptedException {
        try (PrometheusServer server = PrometheusServer.start(0, metrics)) {
            URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + "/metrics");
            HttpResponse<String> response =
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(uri).build(),
                                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            return response.body();
        }
    }

    private static Counter counter(long count) {
        Counter counter = new SimpleCounter();
        counter.inc(count);
        return counter;
    }
}
