package io.nanosync.flink.jobs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.nanosync.flink.pg.source.metrics.Label;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a job's source, as the cluster has collected them: some seconds old. Not
 * thread-safe.
 */
public final class SourceMetrics {

    /** The first question only makes the cluster collect. All that are asked wait together. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Flink writes an underscore for each dot of a label's value. */
    private static final Pattern TABLE = Pattern.compile("[.]table[.]([^.]+)[.]");

    private static final int IDS_A_REQUEST = 10;

    private final ClusterRest rest;
    private final String job;
    private final String vertex;
    private final Duration patience;
    private @Nullable Long deadlineNanos;

    /**
     * @param job its path
     * @param source the id of its vertex
     */
    SourceMetrics(ClusterRest rest, String job, String source) {
        this(rest, job, source, PATIENCE);
    }

    /**
     * @param patience how long to wait for what the cluster hasn't collected, over all questions
     */
    SourceMetrics(ClusterRest rest, String job, String source, Duration patience) {
        this.rest = rest;
        this.job = job;
        this.vertex = job + "/vertices/" + source;
        this.patience = patience;
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

    /** What it counts of each table, by name. */
    public List<TableCounts> tables() throws ClusterException, InterruptedException {
        Map<String, Map<SourceMetric, Double>> found = new TreeMap<>();
        String coordinator = vertex + "/jm-operator-metrics";
        List<String> planned = tableIds(coordinator);
        add(found, coordinator, planned, SourceMetric.SNAPSHOT_SPLITS);
        add(found, coordinator, planned, SourceMetric.SNAPSHOT_SPLITS_READ);
        String tasks = vertex + "/subtasks/metrics";
        List<String> counted = tableIds(tasks);
        add(found, tasks, counted, SourceMetric.SNAPSHOT_ROWS);
        add(found, tasks, counted, SourceMetric.CDC_EVENTS);
        List<TableCounts> tables = new ArrayList<>();
        found.forEach(
                (table, counts) ->
                        tables.add(
                                new TableCounts(
                                        table,
                                        count(counts, SourceMetric.SNAPSHOT_ROWS),
                                        count(counts, SourceMetric.SNAPSHOT_SPLITS_READ),
                                        count(counts, SourceMetric.SNAPSHOT_SPLITS),
                                        count(counts, SourceMetric.CDC_EVENTS))));
        return tables;
    }

    private static long count(Map<SourceMetric, Double> counts, SourceMetric metric) {
        return counts.getOrDefault(metric, 0.0).longValue();
    }

    /**
     * A number over all subtasks.
     *
     * @param labels those that the metric has, with an underscore for each dot and space
     */
    public record Measured(SourceMetric metric, Map<Label, String> labels, double value) {}

    /** All numbers, of the JobManager and the tasks: counters summed, of gauges the largest. */
    public List<Measured> numbers() throws ClusterException, InterruptedException {
        List<Measured> numbers = new ArrayList<>();
        addNumbers(numbers, vertex + "/jm-operator-metrics");
        addNumbers(numbers, vertex + "/subtasks/metrics");
        addRestarts(numbers);
        return numbers;
    }

    private void addRestarts(List<Measured> numbers) throws ClusterException, InterruptedException {
        JsonNode found = rest.find(job + "/metrics?get=" + SourceMetric.RESTARTS_AT_FLINK);
        String count = found == null ? "" : found.path(0).path("value").asText();
        if (!count.isEmpty()) {
            numbers.add(new Measured(SourceMetric.RESTARTS, Map.of(), Double.parseDouble(count)));
        }
    }

    private void addNumbers(List<Measured> numbers, String path)
            throws ClusterException, InterruptedException {
        List<String> ids = new ArrayList<>();
        for (JsonNode candidate : listed(path)) {
            String id = candidate.path("id").asText();
            if (metric(id) != null) {
                ids.add(id);
            }
        }
        for (int from = 0; from < ids.size(); from += IDS_A_REQUEST) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + IDS_A_REQUEST));
            for (JsonNode value : rest.get(path + "?agg=sum,max&get=" + encoded(some))) {
                add(numbers, value);
            }
        }
    }

    private static void add(List<Measured> numbers, JsonNode value) {
        String id = value.path("id").asText();
        SourceMetric metric = metric(id);
        if (metric == null) {
            return;
        }
        String aggregate = metric.kind() == SourceMetric.Kind.COUNTER ? "sum" : "max";
        // The JobManager is one, and has no aggregates.
        JsonNode number = value.has(aggregate) ? value.path(aggregate) : value.path("value");
        numbers.add(new Measured(metric, labels(metric, id), Double.parseDouble(number.asText())));
    }

    /** The metric of ours that has numbers; null for others. */
    private static @Nullable SourceMetric metric(String id) {
        SourceMetric metric = SourceMetric.named(id.substring(id.lastIndexOf('.') + 1));
        return metric == null || metric.kind() == SourceMetric.Kind.TEXT ? null : metric;
    }

    private static Map<Label, String> labels(SourceMetric metric, String id) {
        Map<Label, String> labels = new EnumMap<>(Label.class);
        for (Label label : metric.labels()) {
            Matcher value = Pattern.compile("[.]" + label.label() + "[.]([^.]+)[.]").matcher(id);
            if (value.find()) {
                labels.put(label, value.group(1));
            }
        }
        return labels;
    }

    /** What there is of a path, which is empty before the cluster has collected. */
    private JsonNode listed(String path) throws ClusterException, InterruptedException {
        JsonNode all = rest.find(path);
        while ((all == null || all.isEmpty()) && isPatient()) {
            RunningCluster.pause();
            all = rest.find(path);
        }
        return all == null ? MissingNode.getInstance() : all;
    }

    private boolean isPatient() {
        long now = System.nanoTime();
        if (deadlineNanos == null) {
            deadlineNanos = now + patience.toNanos();
        }
        return now - deadlineNanos <= 0;
    }

    /** The ids of all that is counted of tables there. */
    private List<String> tableIds(String path) throws ClusterException, InterruptedException {
        List<String> ids = new ArrayList<>();
        JsonNode all = rest.find(path);
        for (JsonNode candidate : all == null ? List.<JsonNode>of() : all) {
            String id = candidate.path("id").asText();
            if (TABLE.matcher(id).find()) {
                ids.add(id);
            }
        }
        return ids;
    }

    /**
     * Adds up what all tasks and operations of a table have.
     *
     * @param there ids of what is counted of tables
     */
    private void add(
            Map<String, Map<SourceMetric, Double>> found,
            String path,
            List<String> there,
            SourceMetric metric)
            throws ClusterException, InterruptedException {
        List<String> ids = there.stream().filter(id -> id.endsWith("." + metric.id())).toList();
        // An address has its limit.
        for (int from = 0; from < ids.size(); from += IDS_A_REQUEST) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + IDS_A_REQUEST));
            for (JsonNode value : rest.get(path + "?agg=sum&get=" + encoded(some))) {
                Matcher table = TABLE.matcher(value.path("id").asText());
                if (table.find()) {
                    found.computeIfAbsent(table.group(1), name -> new EnumMap<>(SourceMetric.class))
                            .merge(
                                    metric,
                                    value.path("sum").asDouble(value.path("value").asDouble()),
                                    Double::sum);
                }
            }
        }
    }

    private static String encoded(List<String> ids) {
        return URLEncoder.encode(String.join(",", ids), StandardCharsets.UTF_8);
    }

    private Optional<String> value(String path, SourceMetric metric)
            throws ClusterException, InterruptedException {
        for (JsonNode candidate : listed(path)) {
            String id = candidate.path("id").asText();
            if (id.endsWith("." + metric.id())) {
                // It may be gone again since it was listed.
                return Optional.of(value(path, id)).filter(value -> !value.isEmpty());
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
