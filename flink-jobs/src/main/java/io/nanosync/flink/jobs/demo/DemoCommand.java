package io.nanosync.flink.jobs.demo;

import io.nanosync.flink.jobs.demo.replay.TableVerdict;
import io.nanosync.flink.jobs.local.EmbeddedServer;
import io.nanosync.flink.jobs.local.Folders;
import io.nanosync.flink.jobs.local.Logs;
import io.nanosync.flink.jobs.local.TemporaryFolder;
import io.nanosync.flink.jobs.local.progress.Terminal;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nanosync demo}: the whole product on one machine, with a proof at the end. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a PostgreSQL server, loads tables, captures them while writers keep changing"
                    + " them, and compares what arrived with the source.",
            "Exit code 0 when everything is equal, else 1. Leaves nothing behind. Progress goes to"
                    + " standard error, the verdict to standard output."
        })
public final class DemoCommand implements Callable<Integer> {

    private static final Map<String, String> SERVER_SETTINGS =
            Map.of("shared_buffers", "256MB", "max_wal_size", "4GB");

    @Spec private CommandSpec spec;

    @Option(
            names = "--seconds",
            defaultValue = "20",
            paramLabel = "N",
            description = "How long changes go on after the snapshot (default ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--rows",
            defaultValue = "1000000",
            paramLabel = "N",
            description = "Rows of all tables together (default ${DEFAULT-VALUE}).")
    private long rows;

    @Option(
            names = "--keep",
            description = "Keep the server and all files for a look until Ctrl-C.")
    private boolean keep;

    @Override
    public Integer call() throws Exception {
        if (seconds < 0 || rows < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--seconds and --rows must not be negative");
        }
        Terminal terminal = Terminal.ofStandardError(spec.commandLine().getErr(), false);
        terminal.out().println("Starting PostgreSQL 18");
        terminal.out().flush();
        try (TemporaryFolder temporary = TemporaryFolder.create("demo")) {
            Path folder = temporary.path();
            Logs.to(folder.resolve("demo.log"));
            return run(terminal, folder);
        }
    }

    private int run(Terminal terminal, Path folder) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (EmbeddedServer server =
                EmbeddedServer.start(Folders.temporary("demo-postgres"), SERVER_SETTINGS)) {
            Demo demo = new Demo(server, folder, rows, Duration.ofSeconds(seconds), terminal);
            List<TableVerdict> verdicts = demo.run();
            boolean equal = verdicts.stream().allMatch(TableVerdict::isEqual);
            out.println();
            out.print(VerdictTable.of(verdicts));
            out.println();
            out.println(
                    equal
                            ? "EQUAL: every table arrived exactly as it is in PostgreSQL."
                            : "DIFFERENT: not everything arrived as it is in PostgreSQL.");
            out.flush();
            if (keep) {
                keepRunning(out, server, folder);
            }
            return equal ? 0 : 1;
        }
    }

    private static void keepRunning(PrintWriter out, EmbeddedServer server, Path folder)
            throws InterruptedException {
        out.println();
        out.println("The server goes on: psql " + server.dsn());
        out.println("Log: " + folder.resolve("demo.log"));
        out.println("Arrow files: " + folder.resolve("arrow"));
        out.println("Replayed tables: schema shadow; the originals: schema " + DemoTable.SCHEMA);
        out.println("Go on capturing: nanosync run -f " + folder.resolve("pipelines.yaml"));
        out.println("Ctrl-C ends it and deletes everything.");
        out.flush();
        new CountDownLatch(1).await();
    }
}
