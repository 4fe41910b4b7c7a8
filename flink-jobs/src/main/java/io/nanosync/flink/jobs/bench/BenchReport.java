package io.nanosync.flink.jobs.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connector beside the bare limits.
 *
 * @param plan what was measured
 * @param server version and settings of the server
 * @param snapshot null when the phase was left out
 * @param stream null when the phase was left out
 * @param notes what else is to be said: what couldn't be measured and why
 */
record BenchReport(
        BenchPlan plan,
        Map<String, String> server,
        @Nullable Comparison snapshot,
        @Nullable Comparison stream,
        List<String> notes)
        implements BenchResult {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String text() {
        StringBuilder page = new StringBuilder();
        BenchResult.server(page, server);
        BenchResult.workers(page, plan.workers(), plan.parallelism());
        BenchResult.line(page, "%-34s %d of either side by turns, medians", "runs", plan.repeats());
        BenchResult.line(page, "%-34s %s", "read as", plan.sql() ? "rows of Flink SQL" : "batches");
        BenchResult.line(page, "");
        BenchResult.line(page, "%-42s %12s %12s %7s", "", "connector", "bare limit", "ratio");
        BenchResult.row(
                page,
                String.format(Locale.ROOT, "snapshot, %,d rows: rows/s", plan.rows()),
                snapshot);
        BenchResult.row(
                page,
                String.format(Locale.ROOT, "stream, %,d changes: changes/s", plan.changes()),
                stream);
        notes.forEach(note -> BenchResult.line(page, "%s", wrapped(note)));
        return page.toString();
    }

    private static String wrapped(String note) {
        return note.replaceAll("(.{1,100})(?: |$)", "$1" + System.lineSeparator());
    }

    @Override
    public String json() throws JsonProcessingException {
        ObjectNode root = JSON.createObjectNode();
        root.set("snapshot", phase(snapshot, "rowsPerSecond", "limitRowsPerSecond"));
        root.set("stream", phase(stream, "changesPerSecond", "limitChangesPerSecond"));
        root.put("sql", plan.sql());
        root.put("rows", plan.rows());
        root.put("changes", plan.changes());
        root.put("workers", plan.workers());
        root.put("parallelism", plan.parallelism());
        root.put("repeats", plan.repeats());
        root.set("server", JSON.valueToTree(server));
        root.set("notes", JSON.valueToTree(notes));
        return JSON.writeValueAsString(root);
    }

    private static @Nullable ObjectNode phase(
            @Nullable Comparison comparison, String ours, String limit) {
        if (comparison == null) {
            return null;
        }
        ObjectNode node = JSON.createObjectNode();
        node.put(ours, Math.round(comparison.connectorPerSecond()));
        node.put(limit, Math.round(comparison.limitPerSecond()));
        node.put("ratio", BenchResult.rounded(comparison.ratio()));
        node.set("runs", BenchResult.runs(comparison.connector()));
        node.set("limitRuns", BenchResult.runs(comparison.limit()));
        return node;
    }
}
