package io.nanosync.flink.jobs.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.metrics.Label;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.SimpleCounter;
import org.junit.jupiter.api.Test;

class PrometheusServerTest {

    private static final Map<Label, String> ORDERS = Map.of(Label.PIPELINE, "orders");

    private final LiveMetrics metrics = new LiveMetrics();

    private static Map<Label, String> changes(String table, String operation) {
        return Map.of(Label.PIPELINE, "orders", Label.TABLE, table, Label.OPERATION, operation);
    }

    @Test
    void servesBareNamesSummedOverSubtasks() throws Exception {
        metrics.add(counter(40), SourceMetric.CDC_EVENTS, changes("public.a", "insert"));
        metrics.add(counter(2), SourceMetric.CDC_EVENTS, changes("public.a", "insert"));
        metrics.add(counter(5), SourceMetric.CDC_EVENTS, changes("public.a", "delete"));
        metrics.add(counter(7), SourceMetric.CDC_EVENTS, changes("public.\"B\"", "insert"));
        metrics.add((Gauge<Double>) () -> 0.25, SourceMetric.SLOT_SAFE_WAL_BYTES, ORDERS);
        metrics.add((Gauge<Double>) () -> 1.5, SourceMetric.SLOT_SAFE_WAL_BYTES, ORDERS);
        metrics.add((Gauge<String>) () -> "text", SourceMetric.STREAM_STATUS, ORDERS);
        assertThat(scrape())
                .isEqualTo(
                        """
# HELP ns_cdc_events_total %s
# TYPE ns_cdc_events_total counter
ns_cdc_events_total{pipeline="orders",table="public.\\"B\\"",operation="insert"} 7
ns_cdc_events_total{pipeline="orders",table="public.a",operation="delete"} 5
ns_cdc_events_total{pipeline="orders",table="public.a",operation="insert"} 42
# HELP ns_slot_safe_wal_bytes %s
# TYPE ns_slot_safe_wal_bytes gauge
ns_slot_safe_wal_bytes{pipeline="orders"} 1.5
"""
                                .formatted(
                                        SourceMetric.CDC_EVENTS.description(),
                                        SourceMetric.SLOT_SAFE_WAL_BYTES.description()));
    }

    @Test
    void keepsTextsForThoseWhoAsk() {
        Map<Label, String> others = Map.of(Label.PIPELINE, "others");
        metrics.add((Gauge<String>) () -> "", SourceMetric.STREAM_STATUS, ORDERS);
        metrics.add((Gauge<String>) () -> "waits", SourceMetric.STREAM_STATUS, ORDERS);
        metrics.add((Gauge<String>) () -> "other", SourceMetric.STREAM_STATUS, others);
        metrics.add((Gauge<Integer>) () -> 3, SourceMetric.PHASE, ORDERS);
        assertThat(metrics.text(SourceMetric.STREAM_STATUS, "orders")).isEqualTo("waits");
        assertThat(metrics.text(SourceMetric.PHASE, "orders")).isEmpty();
        assertThat(metrics.text(SourceMetric.STREAM_STATUS, "none")).isEmpty();
    }

    @Test
    void servesNothingBeforeAJobRuns() throws Exception {
        Counter counter = counter(1);
        metrics.add(counter, SourceMetric.RECONNECTS, ORDERS);
        assertThat(scrape()).contains("ns_stream_reconnects_total{pipeline=\"orders\"} 1\n");
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
