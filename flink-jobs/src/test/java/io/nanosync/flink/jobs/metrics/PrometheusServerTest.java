package io.nanosync.flink.jobs.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.metrics.Label;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.SimpleCounter;
import org.junit.jupiter.api.Test;

class PrometheusServerTest {

    private static final Map<Label, String> ORDERS = Map.of(Label.PIPELINE, "orders");

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 10);
    private final LiveMetrics metrics = new LiveMetrics(nanoTime::get);

    private static Map<Label, String> changes(String table, String operation) {
        return Map.of(Label.PIPELINE, "orders", Label.TABLE, table, Label.OPERATION, operation);
    }

    private void add(
            Metric metric, String job, SourceMetric definition, Map<Label, String> labels) {
        metrics.add(metric, job, new Series(definition, labels));
    }

    @Test
    void servesBareNamesSummedOverSubtasks() throws Exception {
        add(counter(40), "1", SourceMetric.CDC_EVENTS, changes("public.a", "insert"));
        add(counter(2), "1", SourceMetric.CDC_EVENTS, changes("public.a", "insert"));
        add(counter(5), "1", SourceMetric.CDC_EVENTS, changes("public.a", "delete"));
        add(counter(7), "1", SourceMetric.CDC_EVENTS, changes("public.\"B\"", "insert"));
        add((Gauge<Double>) () -> 0.25, "1", SourceMetric.SLOT_SAFE_WAL_BYTES, ORDERS);
        add((Gauge<Double>) () -> 1.5, "1", SourceMetric.SLOT_SAFE_WAL_BYTES, ORDERS);
        add((Gauge<String>) () -> "text", "1", SourceMetric.STREAM_STATUS, ORDERS);
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
        add((Gauge<String>) () -> "", "1", SourceMetric.STREAM_STATUS, ORDERS);
        add((Gauge<String>) () -> "waits", "1", SourceMetric.STREAM_STATUS, ORDERS);
        add((Gauge<String>) () -> "other", "1", SourceMetric.STREAM_STATUS, others);
        add((Gauge<Integer>) () -> 3, "1", SourceMetric.PHASE, ORDERS);
        assertThat(metrics.text(SourceMetric.STREAM_STATUS, "orders")).isEqualTo("waits");
        assertThat(metrics.text(SourceMetric.PHASE, "orders")).isEmpty();
        assertThat(metrics.text(SourceMetric.STREAM_STATUS, "none")).isEmpty();
    }

    @Test
    void servesNothingBeforeAJobRuns() throws Exception {
        Counter counter = counter(1);
        add(counter, "1", SourceMetric.RECONNECTS, ORDERS);
        assertThat(scrape()).contains("ns_stream_reconnects_total{pipeline=\"orders\"} 1\n");
        metrics.remove(counter);
        assertThat(scrape()).isEmpty();
    }

    @Test
    void goesOnCountingWhenAJobIsRestarted() throws Exception {
        Counter first = counter(40);
        Counter second = counter(2);
        add(first, "1", SourceMetric.RECONNECTS, ORDERS);
        add(second, "1", SourceMetric.RECONNECTS, ORDERS);
        metrics.remove(first);
        assertThat(scrape()).contains("ns_stream_reconnects_total{pipeline=\"orders\"} 42\n");
        second.inc(5);
        metrics.remove(second);
        assertThat(scrape()).isEmpty();
        add(counter(1), "1", SourceMetric.RECONNECTS, ORDERS);
        assertThat(scrape()).contains("ns_stream_reconnects_total{pipeline=\"orders\"} 48\n");
        add(counter(100), "another job", SourceMetric.RECONNECTS, ORDERS);
        assertThat(scrape()).contains("ns_stream_reconnects_total{pipeline=\"orders\"} 148\n");
    }

    @Test
    void forgetsWhatAJobCountedThatIsGoneForAnHour() throws Exception {
        Counter counter = counter(40);
        add(counter, "1", SourceMetric.RECONNECTS, ORDERS);
        metrics.remove(counter);
        nanoTime.addAndGet(Duration.ofHours(1).toNanos());
        add(counter(1), "1", SourceMetric.RECONNECTS, ORDERS);
        assertThat(scrape()).contains("ns_stream_reconnects_total{pipeline=\"orders\"} 41\n");

        Counter gone = counter(40);
        add(gone, "2", SourceMetric.RECONNECTS, Map.of(Label.PIPELINE, "others"));
        metrics.remove(gone);
        nanoTime.addAndGet(Duration.ofHours(1).toNanos() + 1);
        add(counter(1), "2", SourceMetric.RECONNECTS, Map.of(Label.PIPELINE, "others"));
        assertThat(scrape())
                .contains("ns_stream_reconnects_total{pipeline=\"others\"} 1\n")
                .contains("ns_stream_reconnects_total{pipeline=\"orders\"} 41\n");
    }

    /** Between two attempts a job has no metrics of ours, and may never have had them for long. */
    @Test
    void tellsHowOftenAJobWasRestartedAlsoBetweenItsAttempts() throws Exception {
        String restarts = "ns_pipeline_restarts_total{pipeline=\"orders\"} ";
        Gauge<Long> count = () -> 7L;
        metrics.addRestarts(count, "1");
        metrics.addRestarts((Gauge<Long>) () -> 100L, "of others");
        assertThat(scrape()).isEmpty();
        Gauge<Integer> phase = () -> 3;
        add(phase, "1", SourceMetric.PHASE, ORDERS);
        metrics.remove(phase);
        assertThat(scrape()).endsWith(" counter\n" + restarts + "7\n");
        metrics.addRestarts((Gauge<Long>) () -> 1L, "2");
        add(phase, "2", SourceMetric.PHASE, ORDERS);
        assertThat(scrape()).contains(restarts + "8\n");
        metrics.remove(count);
        assertThat(scrape()).contains(restarts + "1\n");
    }

    @Test
    void tellsGaugesApartThatAreEqual() throws Exception {
        record Same(int value) implements Gauge<Integer> {
            @Override
            public Integer getValue() {
                return value;
            }
        }
        Same gone = new Same(3);
        add(gone, "1", SourceMetric.PHASE, ORDERS);
        add(new Same(3), "1", SourceMetric.PHASE, ORDERS);
        metrics.remove(gone);
        assertThat(scrape()).contains("ns_pipeline_phase{pipeline=\"orders\"} 3\n");
    }

    @Test
    void answersWhileAnotherClientNeverEndsItsRequest() throws Exception {
        add(counter(1), "1", SourceMetric.RECONNECTS, ORDERS);
        try (PrometheusServer server = PrometheusServer.start(0, metrics);
                Socket slow =
                        new Socket(server.address().getAddress(), server.address().getPort())) {
            slow.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));
            slow.getOutputStream().flush();
            assertThat(scrape(server)).contains("ns_stream_reconnects_total");
        }
    }

    @Test
    void listensOnThisMachineOnly() throws IOException {
        try (PrometheusServer server = PrometheusServer.start(0, metrics)) {
            assertThat(server.address().getAddress().isLoopbackAddress()).isTrue();
        }
    }

    private String scrape() throws IOException, InterruptedException {
        try (PrometheusServer server = PrometheusServer.start(0, metrics)) {
            return scrape(server);
        }
    }

    private static String scrape(PrometheusServer server) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + "/metrics");
        HttpResponse<String> response =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(uri).build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static Counter counter(long count) {
        Counter counter = new SimpleCounter();
        counter.inc(count);
        return counter;
    }
}
