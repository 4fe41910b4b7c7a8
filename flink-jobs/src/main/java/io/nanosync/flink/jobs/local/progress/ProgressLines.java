package io.nanosync.flink.jobs.local.progress;

import java.util.ArrayList;
import java.util.List;

/** Progress as lines of text. */
final class ProgressLines {

    static final String INDENT = "  ";

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
                lines.add(heading(progress, SnapshotLines.inWords(progress.total())));
                lines.addAll(SnapshotLines.wal(progress.wal()));
                if (progress.tables().size() > 1) {
                    lines.addAll(SnapshotLines.tables(progress.tables(), maxTables));
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
            case WAITING_FOR_SLOT, RECONNECTING, THROTTLED, PAUSED -> {
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

    private static String changes(PipelineProgress progress) {
        String text =
                Units.format(
                        "%,d changes  %,.0f changes/s",
                        progress.changes(), progress.changesPerSecond());
        Double lag = progress.lagSeconds();
        if (lag != null) {
            text += "  lag " + (lag < 10 ? Units.format("%.1fs", lag) : Units.duration(lag));
        }
        if (progress.heldBytes() > 0) {
            text += "  " + Units.size(progress.heldBytes()) + " held until its COMMIT";
        }
        return text;
    }

    private String cut(String line) {
        return line.length() <= columns ? line : line.substring(0, columns - 1) + "…";
    }
}
