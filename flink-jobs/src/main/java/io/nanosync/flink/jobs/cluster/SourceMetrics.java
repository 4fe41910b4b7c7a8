package io.nanosync.flink.jobs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** The gauges of a job's source, as the cluster has collected them: some seconds old. */
public final class SourceMetrics {

    /** The first question only makes the cluster collect. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ClusterRest rest;
    private final String vertex;

    SourceMetrics(ClusterRest rest, String vertex) {
        this.rest = rest;
        this.vertex = vertex;
    }

    /** A number that the JobManager has; empty when it has none, for example while it starts. */
    public OptionalDouble ofJobManager(SourceMetric metric)
            throws ClusterException, InterruptedException {
        Optional<String> value = value(vertex + "/jm-operator-metrics", metric);
        return value.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(Double.parseDouble(value.get()));
    }

    /** A text that one of the tasks has; empty when none says anything. */
    public String ofTasks(SourceMetric metric) throws ClusterException, InterruptedException {
        int tasks = rest.get(vertex).path("subtasks").size();
        for (int task = 0; task < tasks; task++) {
            Optional<String> value = value(vertex + "/subtasks/" + task + "/metrics", metric);
            if (value.isPresent() && !value.get().isEmpty()) {
                return value.get();
            }
        }
        return "";
    }

    private Optional<String> value(String path, SourceMetric metric)
            throws ClusterException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode all = rest.find(path);
        while ((all == null || all.isEmpty()) && System.nanoTime() <= deadline) {
            RunningCluster.pause();
            all = rest.find(path);
        }
        if (all != null) {
            for (JsonNode candidate : all) {
                String id = candidate.path("id").asText();
                if (id.endsWith("." + metric.id())) {
                    return Optional.of(value(path, id));
                }
            }
        }
        return Optional.empty();
    }

    private String value(String path, String id) throws ClusterException, InterruptedException {
        return rest.get(path + "?get=" + URLEncoder.encode(id, StandardCharsets.UTF_8))
                .path(0)
                .path("value")
                .asText();
    }
}
