package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs commands in this process and keeps what they say. */
public final class Commands {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Runs one that must succeed; gives what it says. */
    public static String ok(String... arguments) {
        Commands commands = new Commands();
        assertThat(commands.execute(arguments)).as(commands.err()).isZero();
        return commands.out();
    }

    /** Runs one that must fail; gives the error. */
    public static String failed(String... arguments) {
        Commands commands = new Commands();
        assertThat(commands.execute(arguments)).as(commands.out()).isEqualTo(1);
        return commands.err();
    }

    /** Gives the exit code. */
    public int execute(String... arguments) {
        CommandLine commands = Nanosync.commands();
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        return commands.execute(arguments);
    }

    public String out() {
        return out.toString();
    }

    public String err() {
        return err.toString();
    }
}
