package io.nanosync.flink.jobs.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs commands in this process and keeps what they say. */
final class Commands {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Gives the exit code. */
    int execute(String... arguments) {
        CommandLine commands = Nanosync.commands();
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        return commands.execute(arguments);
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
