package io.nanosync.flink.jobs.cli.progress;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where progress is shown.
 *
 * @param out the stream
 * @param columns width of a line
 * @param inPlace whether lines can be overwritten: it is a terminal and nothing else writes there
 */
public record Terminal(PrintStream out, int columns, boolean inPlace) {

    private static final int DEFAULT_COLUMNS = 100;

    /**
     * Standard error. The {@code nanosync} script says in {@code nanosync.terminal.columns} how
     * wide it is when it is a terminal.
     *
     * @param shared whether rows are printed to the same terminal, so that nothing is overwritten
     */
    public static Terminal ofStandardError(boolean shared) {
        int columns = Integer.getInteger("nanosync.terminal.columns", 0);
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        return columns > 0
                ? new Terminal(out, columns, !shared)
                : new Terminal(out, DEFAULT_COLUMNS, false);
    }
}
