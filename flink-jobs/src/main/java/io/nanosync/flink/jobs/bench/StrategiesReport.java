package io.nanosync.flink.jobs.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The strategies side by side.
 *
 * @param plan what was measured
 * @param server version and settings of the server
 * @param tables each table once with indexes and once without
 */
record StrategiesReport(
        StrategiesPlan plan, Map<String, String> server, List<StrategiesTable> tables)
        implements BenchResult {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String text() {
        StringBuilder page = new StringBuilder();
        BenchResult.server(page, server);
        BenchResult.workers(page, plan.workers(), plan.parallelism());
        BenchResult.line(page, "%-34s %d with each strategy by turns", "reads", plan.repeats());
        BenchResult.line(page, "%-34s medians, from the job's start on", "times");
        tables.forEach(table -> append(page, table));
        return page.toString();
    }

    private static void append(StringBuilder page, StrategiesTable table) {
        BenchResult.line(page, "");
        BenchResult.line(
                page,
                "%,d rows, %,d MB, %s%s",
                table.rows(),
                table.bytes() >> 20,
                table.indexed() ? "an index on each column" : "no index",
                table.loadAverage().isPresent()
                        ? String.format(
                                Locale.ROOT,
                                "; load average %.1f",
                                table.loadAverage().getAsDouble())
                        : "");
        BenchResult.line(
                page,
                "%-36s %9s %9s %12s %14s %7s",
                "",
                "first row",
                "all rows",
                "rows/s",
                "s a million",
                "ratio");
        for (StrategyReads strategy : table.strategies()) {
            BenchResult.line(
                    page,
                    "%-36s %7.2f s %7.2f s %,12.0f %14.2f %7.2f",
                    strategy.name(),
                    strategy.firstSeconds(),
                    strategy.seconds(),
                    strategy.rowsPerSecond(),
                    strategy.secondsPerMillionRows(),
                    strategy.ratioTo(table.ctid()));
        }
    }

    @Override
    public String json() throws JsonProcessingException {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode list = root.putArray("tables");
        tables.forEach(table -> list.add(node(table)));
        root.put("workers", plan.workers());
        root.put("parallelism", plan.parallelism());
        root.put("repeats", plan.repeats());
        root.set("server", JSON.valueToTree(server));
        return JSON.writeValueAsString(root);
    }

    private static ObjectNode node(StrategiesTable table) {
        ObjectNode node = JSON.createObjectNode();
        node.put("rows", table.rows());
        node.put("bytes", table.bytes());
        node.put("indexed", table.indexed());
        table.loadAverage().ifPresent(load -> node.put("loadAverage", BenchResult.rounded(load)));
        ArrayNode list = node.putArray("strategies");
        table.strategies().forEach(strategy -> list.add(node(strategy, table.ctid())));
        return node;
    }

    private static ObjectNode node(StrategyReads strategy, StrategyReads ctid) {
        ObjectNode node = JSON.createObjectNode();
        node.put("strategy", strategy.strategy());
        if (strategy.column() != null) {
            node.put("column", strategy.column());
            node.put("order", strategy.order());
        }
        node.put("rows", strategy.reads().get(0).rows());
        node.put("rowsPerSecond", Math.round(strategy.rowsPerSecond()));
        node.put("secondsPerMillionRows", BenchResult.rounded(strategy.secondsPerMillionRows()));
        node.put("ratio", BenchResult.rounded(strategy.ratioTo(ctid)));
        node.set("seconds", all(strategy, TableRead::seconds));
        node.set("firstRowSeconds", all(strategy, TableRead::firstSeconds));
        return node;
    }

    private static ArrayNode all(StrategyReads strategy, ToDoubleFunction<TableRead> value) {
        ArrayNode array = JSON.createArrayNode();
        strategy.reads().forEach(read -> array.add(BenchResult.rounded(value.applyAsDouble(read))));
        return array;
    }
}
