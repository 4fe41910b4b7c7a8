package io.nanosync.flink.jobs.local.progress;

import static io.nanosync.flink.jobs.local.progress.ProgressLines.INDENT;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A snapshot as lines of text. Those of tables fit into 100 columns. */
final class SnapshotLines {

    private static final int NAME_WIDTH = 30;

    private SnapshotLines() {}

    /** What matters most comes first: the end may be cut. */
    static String inWords(TableProgress table) {
        StringBuilder text = new StringBuilder(Units.format("%,d rows", table.rows()));
        String percent = percent(table);
        if (!percent.isEmpty()) {
            text.append("  ").append(percent);
        }
        if (table.rowsPerSecond() >= 0.5) {
            text.append(Units.format("  %,.0f rows/s", table.rowsPerSecond()));
        }
        String left = left(table);
        if (!left.isEmpty()) {
            text.append("  ").append(left);
        }
        if (table.bytes() > 0) {
            text.append("  ").append(Units.size(table.bytes()));
        }
        if (table.splits() > 0) {
            text.append(Units.format("  %s splits", splits(table)));
        }
        return text.toString();
    }

    /** The same things below each other, in the order of the heading, which says what they are. */
    private static String inColumns(TableProgress table) {
        return Units.format(
                "  %,13d  %4s  %11s  %11s  %7s  %s",
                table.rows(),
                percent(table),
                table.rowsPerSecond() < 0.5 ? "" : Units.format("%,.0f/s", table.rowsPerSecond()),
                left(table),
                table.bytes() == 0 ? "" : Units.size(table.bytes()),
                table.splits() == 0 ? "" : splits(table));
    }

    private static String percent(TableProgress table) {
        Double part = table.part();
        return part == null ? "" : (int) (100 * part + 1e-6) + "%";
    }

    private static String splits(TableProgress table) {
        return table.splitsRead() + "/" + table.splits();
    }

    private static String left(TableProgress table) {
        Double seconds = table.secondsLeft();
        return seconds == null || seconds == 0 ? "" : Units.duration(seconds) + " left";
    }

    /** A line for each table; of many those that move. */
    static List<String> tables(List<TableProgress> tables, int maxTables) {
        List<String> lines = new ArrayList<>();
        List<TableProgress> shown =
                tables.stream()
                        .sorted(Comparator.comparingDouble(TableProgress::rowsPerSecond).reversed())
                        .limit(maxTables)
                        .sorted(Comparator.comparing(TableProgress::name))
                        .toList();
        for (TableProgress table : shown) {
            lines.add((INDENT + padded(table.name()) + inColumns(table)).stripTrailing());
        }
        if (tables.size() > shown.size()) {
            lines.add(INDENT + "and " + (tables.size() - shown.size()) + " more tables");
        }
        return lines;
    }

    /** What the slot keeps meanwhile, and how much more it may; none without a slot. */
    static List<String> wal(PipelineProgress.Wal wal) {
        if (wal.keptBytes() <= 0) {
            return List.of();
        }
        String kept = INDENT + Units.size(wal.keptBytes()) + " of WAL kept for the slot";
        return List.of(
                Double.isInfinite(wal.safeBytes())
                        ? kept
                        : kept
                                + ", "
                                + Units.size(Math.max(0, (long) wal.safeBytes()))
                                + " left until max_slot_wal_keep_size");
    }

    private static String padded(String name) {
        return name.length() > NAME_WIDTH
                ? name.substring(0, NAME_WIDTH - 1) + "…"
                : name + " ".repeat(NAME_WIDTH - name.length());
    }
}
