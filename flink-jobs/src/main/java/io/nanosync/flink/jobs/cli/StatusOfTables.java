package io.nanosync.flink.jobs.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.nanosync.flink.jobs.cluster.TableCounts;
import io.nanosync.flink.pg.config.TableSelector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How far a pipeline's job is with each table.
 *
 * @param tables those whose snapshot is being read first
 */
record StatusOfTables(List<TableCounts> tables) {

    static final StatusOfTables NONE = new StatusOfTables(List.of());

    private static final int MOST_LINES = 20;

    /**
     * With their own names, where the pipeline says them.
     *
     * @param selectors what the pipeline captures
     */
    static StatusOfTables of(List<TableCounts> counted, List<TableSelector> selectors) {
        return new StatusOfTables(
                counted.stream()
                        .map(table -> table.named(name(table.table(), selectors)))
                        .sorted(
                                Comparator.comparing(TableCounts::isBeingRead)
                                        .reversed()
                                        .thenComparing(TableCounts::table))
                        .toList());
    }

    /** The one name that can be meant; as it is shown where several can. */
    static String name(String shown, List<TableSelector> selectors) {
        Set<String> meant = new TreeSet<>();
        for (TableSelector selector : selectors) {
            if (selector instanceof TableSelector.Named named
                    && shown(named.toString()).equals(shown)) {
                meant.add(named.toString());
            }
            if (selector instanceof TableSelector.WholeSchema whole
                    && shown.startsWith(shown(whole.schema() + "."))) {
                meant.add(whole.schema() + "." + shown.substring(whole.schema().length() + 1));
            }
        }
        return meant.size() == 1 ? meant.iterator().next() : shown;
    }

    /** As Flink writes a label's value. */
    private static String shown(String name) {
        return name.replaceAll("[ .:,]", "_");
    }

    /** For people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        int width =
                tables.stream()
                        .limit(MOST_LINES)
                        .mapToInt(table -> table.table().length())
                        .max()
                        .orElse(0);
        for (TableCounts table : tables.subList(0, Math.min(MOST_LINES, tables.size()))) {
            lines.add(
                    table.table() + " ".repeat(width - table.table().length() + 1) + table.text());
        }
        if (tables.size() > MOST_LINES) {
            lines.add("and " + (tables.size() - MOST_LINES) + " more tables, see --json");
        }
        return lines;
    }

    void writeTo(ArrayNode json) {
        tables.forEach(table -> table.writeTo(json.addObject()));
    }
}
