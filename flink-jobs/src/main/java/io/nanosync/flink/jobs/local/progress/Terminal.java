package io.nanosync.flink.jobs.local.progress;

import java.io.PrintWriter;

/**
 * Where progress is shown.
 *
 * @param out its writer
 * @param columns width of a line
 * @param inPlace whether lines can be overwritten: it is a terminal and nothing else writes there
 */
public record Terminal(PrintWriter out, int columns, boolean inPlace) {

    private static final int DEFAULT_COLUMNS = 100;

    /**
     * Standard error. The {@code nanosync} script says in {@code nanosync.terminal.columns} how
     * wide it is when it is a terminal.
     *
     * @param out a command's writer to it
     * @param shared whether rows are printed to the same terminal, so that nothing is overwritten
     */
    public static Terminal ofStandardError(PrintWriter out, boolean shared) {
        int columns = Integer.getInteger("nanosync.terminal.columns", 0);
        return columns > 0
                ? new Terminal(out, columns, !shared)
                : new Terminal(out, DEFAULT_COLUMNS, false);
    }
}
