package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.bench.BenchCommand;
import io.nanosync.flink.jobs.demo.DemoCommand;
import io.nanosync.flink.jobs.local.DyingThreads;
import io.nanosync.flink.jobs.local.Logs;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code nanosync} command. */
@Command(
        name = "nanosync",
        description = "PostgreSQL change data capture into Apache Flink, exactly once.",
        mixinStandardHelpOptions = true,
        version = "nanosync 0.1.0-SNAPSHOT",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            ValidateCommand.class,
            ResnapshotCommand.class,
            ResumeCommand.class,
            SubmitCommand.class,
            ListCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            StopCommand.class,
            DeleteCommand.class,
            MetricsCommand.class,
            DemoCommand.class,
            BenchCommand.class,
            AutoComplete.GenerateCompletion.class
        },
        footer = {
            "",
            "Exit code 0: done. 1: failed, the reason is on standard error. 2: wrong usage.",
            "Run 'nanosync COMMAND --help' for the options of a command."
        })
public final class Nanosync implements Runnable {

    private static final int HELP_COLUMNS = 100;

    @Option(
            names = {"-v", "--stacktrace"},
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of an error below its message.")
    private boolean stacktrace;

    @Spec private CommandSpec spec = CommandSpec.create();

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        try {
            System.exit(execute(arguments));
        } catch (VirtualMachineError e) {
            DyingThreads.endProcess(Thread.currentThread(), e);
        }
    }

    /** Runs the command and returns its exit code. */
    public static int execute(String... arguments) {
        Logs.offTheTerminal();
        return commands().execute(arguments);
    }

    static CommandLine commands() {
        Nanosync root = new Nanosync();
        CommandLine commands = new CommandLine(root);
        commands.setUsageHelpWidth(HELP_COLUMNS);
        commands.setOut(utf8(FileDescriptor.out));
        commands.setErr(utf8(FileDescriptor.err));
        commands.setExecutionExceptionHandler(
                (failure, command, parsed) -> root.report(failure, command));
        return commands;
    }

    /** Whatever the locale. */
    private static PrintWriter utf8(FileDescriptor stream) {
        return new PrintWriter(new FileOutputStream(stream), true, StandardCharsets.UTF_8);
    }

    /** Whether stack traces are wanted on the terminal. */
    boolean showsStackTraces() {
        return stacktrace;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private int report(Exception failure, CommandLine command) {
        command.getErr().println("nanosync: " + FailureMessage.of(failure));
        if (stacktrace) {
            failure.printStackTrace(command.getErr());
        }
        command.getErr().flush();
        return 1;
    }
}
