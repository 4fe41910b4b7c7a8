package io.nanosync.flink.jobs.cli.progress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Progress as lines of text. */
final class ProgressLines {

    private static final int NAME_WIDTH = 36;
    private static final String INDENT = "  ";

    private final int columns;
    private final int maxTables;

    /**
     * @param columns longest line
     * @param maxTables tables shown of a pipeline; those that move come first
     */
    ProgressLines(int columns, int maxTables) {
        this.columns = columns;
        this.maxTables = maxTables;
    }

    /** A heading, and in the snapshot a line for each table. */
    List<String> of(PipelineProgress progress) {
        List<String> lines = new ArrayList<>();
        switch (progress.phase()) {
            case STARTING, FINISHED -> lines.add(heading(progress, ""));
            case SNAPSHOT, HAND_OVER -> {
                lines.add(heading(progress, rows(progress.total())));
                if (progress.tables().size() > 1) {
                    tables(progress.tables(), lines);
                }
            }
            case STREAMING -> stream(progress, lines);
        }
        return lines.stream().map(this::cut).toList();
    }

    private static String heading(PipelineProgress progress, String detail) {
        return heading(progress.pipeline(), progress.phase().text(), detail);
    }

    private static String heading(String pipeline, String doing, String detail) {
        return (pipeline + "  " + doing + "  " + detail).stripTrailing();
    }

    private void stream(PipelineProgress progress, List<String> lines) {
        switch (progress.stream()) {
            case STREAMING -> lines.add(heading(progress, changes(progress)));
            case NONE, CONNECTING ->
                    lines.add(heading(progress.pipeline(), progress.stream().text(), ""));
            case WAITING_FOR_SLOT, RECONNECTING -> {
                lines.add(heading(progress.pipeline(), progress.stream().text(), ""));
                // Where it ends is said last, so the text is broken and not cut.
                lines.addAll(broken(progress.streamStatus()));
            }
        }
    }

    /** The text in indented lines that fit. */
    private List<String> broken(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(INDENT);
        for (String word : text.split("\\s+", -1)) {
            if (line.length() > INDENT.length() && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line = new StringBuilder(INDENT);
            }
            line.append(line.length() > INDENT.length() ? " " : "").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private void tables(List<PipelineProgress.Table> tables, List<String> lines) {
        List<PipelineProgress.Table> shown =
                tables.stream()
                        .sorted(
                                Comparator.comparingDouble(PipelineProgress.Table::rowsPerSecond)
                                        .reversed())
                        .limit(maxTables)
                        .sorted(Comparator.comparing(PipelineProgress.Table::name))
                        .toList();
        for (PipelineProgress.Table table : shown) {
            lines.add("  " + padded(table.name()) + "  " + rows(table));
        }
        if (tables.size() > shown.size()) {
            lines.add("  and " + (tables.size() - shown.size()) + " more tables");
        }
    }

    private static String padded(String name) {
        return name.length() > NAME_WIDTH
                ? name.substring(0, NAME_WIDTH - 1) + "…"
                : name + " ".repeat(NAME_WIDTH - name.length());
    }

    private static String rows(PipelineProgress.Table table) {
        String text = format("%,13d rows", table.rows());
        if (table.estimatedRows() > 0) {
            text += format("  %3d%%", Math.min(100, table.rows() * 100 / table.estimatedRows()));
        }
        if (table.rowsPerSecond() >= 0.5) {
            text += format("  %,11.0f rows/s", table.rowsPerSecond());
            long left = table.estimatedRows() - table.rows();
            if (left > 0) {
                text += "  " + duration(left / table.rowsPerSecond()) + " left";
            }
        }
        return text;
    }

    private static String changes(PipelineProgress progress) {
        String text =
                format(
                        "%,d changes  %,.0f changes/s",
                        progress.changes(), progress.changesPerSecond());
        Double lag = progress.lagSeconds();
        return lag == null
                ? text
                : text + "  lag " + (lag < 10 ? format("%.1fs", lag) : duration(lag));
    }

    private static String duration(double seconds) {
        long whole = Math.round(Math.max(1, seconds));
        if (whole < 60) {
            return whole + "s";
        }
        if (whole < 3600) {
            return whole / 60 + "m" + format("%02ds", whole % 60);
        }
        return whole / 3600 + "h" + format("%02dm", whole % 3600 / 60);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    private String cut(String line) {
        return line.length() <= columns ? line : line.substring(0, columns - 1) + "…";
    }
}
