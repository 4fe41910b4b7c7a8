package io.nanosync.flink.jobs.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Three columns beside thirty, which stand in the place of the limit.
 *
 * @param plan what was measured
 * @param server version and settings of the server
 * @param snapshot null when the phase was left out
 * @param stream null when the phase was left out
 */
record ProjectionReport(
        BenchPlan plan,
        Map<String, String> server,
        @Nullable Comparison snapshot,
        @Nullable Comparison stream)
        implements BenchResult {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String text() {
        StringBuilder page = new StringBuilder();
        BenchResult.server(page, server);
        BenchResult.workers(page, plan.workers(), plan.parallelism());
        BenchResult.line(page, "%-34s %d of either by turns, medians", "runs", plan.repeats());
        BenchResult.line(page, "");
        BenchResult.line(page, "%-42s %12s %12s %7s", "", "3 columns", "30 columns", "ratio");
        BenchResult.row(
                page,
                String.format(Locale.ROOT, "snapshot, %,d rows: rows/s", plan.rows()),
                snapshot);
        BenchResult.row(
                page,
                String.format(Locale.ROOT, "stream, %,d changes: changes/s", plan.changes()),
                stream);
        return page.toString();
    }

    @Override
    public String json() throws JsonProcessingException {
        ObjectNode root = JSON.createObjectNode();
        root.set("snapshot", phase(snapshot));
        root.set("stream", phase(stream));
        root.put("rows", plan.rows());
        root.put("changes", plan.changes());
        root.put("workers", plan.workers());
        root.put("parallelism", plan.parallelism());
        root.put("repeats", plan.repeats());
        root.set("server", JSON.valueToTree(server));
        return JSON.writeValueAsString(root);
    }

    private static @Nullable ObjectNode phase(@Nullable Comparison comparison) {
        if (comparison == null) {
            return null;
        }
        ObjectNode node = JSON.createObjectNode();
        node.put("perSecond", Math.round(comparison.connectorPerSecond()));
        node.put("perSecondOfAll", Math.round(comparison.limitPerSecond()));
        node.put("ratio", BenchResult.rounded(comparison.ratio()));
        node.set("runs", BenchResult.runs(comparison.connector()));
        node.set("runsOfAll", BenchResult.runs(comparison.limit()));
        return node;
    }
}
