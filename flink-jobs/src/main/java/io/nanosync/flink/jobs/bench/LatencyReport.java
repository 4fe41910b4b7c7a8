package io.nanosync.flink.jobs.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * How long changes took from commit to sink.
 *
 * @param server version and settings of the server
 * @param wantedPerSecond the rate that was asked for
 * @param writtenPerSecond the rate at which the load was committed
 * @param changes changes measured
 */
record LatencyReport(
        Map<String, String> server,
        int wantedPerSecond,
        double writtenPerSecond,
        int changes,
        double p50Millis,
        double p99Millis,
        double maxMillis)
        implements BenchResult {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String text() {
        StringBuilder page = new StringBuilder();
        BenchResult.server(page, server);
        BenchResult.line(
                page,
                "%-34s %,d changes/s wanted, %,.0f/s written",
                "load",
                wantedPerSecond,
                writtenPerSecond);
        BenchResult.line(page, "%-34s %,d", "changes measured", changes);
        BenchResult.line(
                page,
                "%-34s p50 %.1f ms, p99 %.1f ms, longest %.1f ms",
                "commit to sink",
                p50Millis,
                p99Millis,
                maxMillis);
        return page.toString();
    }

    @Override
    public String json() throws JsonProcessingException {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode latency = root.putObject("latency");
        latency.put("changesPerSecond", Math.round(writtenPerSecond));
        latency.put("changes", changes);
        latency.put("p50Millis", p50Millis);
        latency.put("p99Millis", p99Millis);
        latency.put("maxMillis", maxMillis);
        root.put("rate", wantedPerSecond);
        root.set("server", JSON.valueToTree(server));
        return JSON.writeValueAsString(root);
    }
}
