package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.local.Folders;
import io.nanosync.flink.jobs.local.LocalFolder;
import io.nanosync.flink.jobs.local.LocalRun;
import io.nanosync.flink.jobs.local.Logs;
import io.nanosync.flink.jobs.local.PluginFileSystems;
import io.nanosync.flink.jobs.local.Scratch;
import io.nanosync.flink.jobs.local.StateFolderException;
import io.nanosync.flink.jobs.local.StateLock;
import io.nanosync.flink.jobs.local.progress.ProgressDisplay;
import io.nanosync.flink.jobs.local.progress.Terminal;
import io.nanosync.flink.jobs.metrics.LiveMetrics;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.jobs.pipeline.SinkConfig;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.source.PgSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code nanosync run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs pipelines in this process until they end or are stopped.",
            "A pipeline goes on where its last run left off, however that ended. Ctrl-C or SIGTERM"
                    + " stops with a last checkpoint. Progress goes to standard error, rows of the"
                    + " print sink to standard output, logs to <state_dir>/logs."
        })
final class RunCommand implements Callable<Integer> {

    @Mixin private PipelinesArguments arguments = new PipelinesArguments();
    @ParentCommand private Nanosync root = new Nanosync();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        PipelinesFile file = arguments.read();
        List<Pipeline> selected = arguments.selected(file);
        Path log = logFile(file);
        logTo(log);
        try {
            PluginFileSystems.install();
            return run(file, selected, log);
        } catch (Exception e) {
            LoggerFactory.getLogger(RunCommand.class).error("The run failed", e);
            throw e;
        }
    }

    private static void logTo(Path log) throws CommandException {
        try {
            Logs.to(log);
        } catch (IOException e) {
            throw new CommandException("Cannot make the folder of the log " + log + ": " + e, e);
        }
    }

    private int run(PipelinesFile file, List<Pipeline> selected, Path log) throws Exception {
        try (Locks locks = new Locks()) {
            List<Pipeline> pipelines = unfinished(selected, locks);
            if (pipelines.isEmpty()) {
                return 0;
            }
            for (Pipeline pipeline : pipelines) {
                preflight(pipeline);
            }
            return runUntilEnded(file, pipelines, log);
        }
    }

    /** Which aren't finished: asked for under their locks, since another run may be about to be. */
    private List<Pipeline> unfinished(List<Pipeline> pipelines, Locks locks)
            throws CommandException,
                    StateFolderException,
                    IOException,
                    PgException,
                    InterruptedException {
        List<Pipeline> unfinished = new ArrayList<>();
        for (Pipeline pipeline : pipelines) {
            makePrivate(pipeline);
            StateLock lock = StateLock.take(pipeline);
            locks.keep(lock);
            Whereabouts where = RunningElsewhere.refuse(pipeline);
            RunningElsewhere.refuseUntold(pipeline, where);
            RunningElsewhere.refuseLocked(pipeline);
            if (where instanceof Whereabouts.Unknown) {
                RunningElsewhere.refuseStreamed(pipeline);
            }
            Optional<String> finished =
                    pipeline.isBounded() ? Finished.of(pipeline) : Optional.empty();
            if (finished.isEmpty()) {
                unfinished.add(pipeline);
            } else {
                lock.close();
                say(pipeline.name() + ": " + finished.get());
            }
        }
        return unfinished;
    }

    /** What is captured lies there, too: its checkpoints may hold rows. */
    private static void makePrivate(Pipeline pipeline) throws CommandException {
        Path folder = LocalFolder.of(pipeline.stateDir());
        try {
            if (folder != null) {
                Folders.makePrivate(folder);
            }
        } catch (IOException e) {
            throw new CommandException(
                    "Cannot make the state folder "
                            + folder
                            + " of pipeline "
                            + pipeline.name()
                            + ": "
                            + e,
                    e);
        }
    }

    private void preflight(Pipeline pipeline) throws CommandException, IOException {
        List<Finding> findings =
                PgSource.preflight(pipeline.source(), RetainedState.newest(pipeline).isPresent());
        StringBuilder text = new StringBuilder();
        findings.forEach(finding -> text.append('\n').append(FindingText.of(finding)));
        if (FindingText.hasError(findings)) {
            throw new CommandException("Pipeline " + pipeline.name() + " can not run:" + text);
        }
        if (!findings.isEmpty()) {
            say(pipeline.name() + ":" + text);
        }
    }

    private Path logFile(PipelinesFile file) {
        Path stateDir = LocalFolder.of(file.stateDir());
        Path folder = stateDir == null ? Path.of("nanosync-state") : stateDir;
        return folder.resolve("logs").resolve(arguments.logName());
    }

    private int runUntilEnded(PipelinesFile file, List<Pipeline> pipelines, Path log)
            throws Exception {
        try (StopSignal signal = StopSignal.install();
                Scratch scratch = Scratch.create();
                MetricsEndpoint metrics = MetricsEndpoint.of(file.metricsPort(), pipelines);
                LocalRun run = LocalRun.start(pipelines, signal.requested());
                ProgressDisplay display = display(pipelines)) {
            Report report = new Report(display, log, root.showsStackTraces());
            report.say("web UI " + run.cluster().webUi() + metrics.note());
            report.say("log " + log + ", temporary files " + scratch);
            for (Pipeline pipeline : pipelines) {
                run.add(pipeline, report);
            }
            display.start();
            List<LocalRun.Ending> endings = run.await(report);
            int code = Report.exitCode(endings);
            signal.done(code);
            return code;
        }
    }

    private ProgressDisplay display(List<Pipeline> pipelines) {
        boolean printsRows = pipelines.stream().anyMatch(p -> p.sink() instanceof SinkConfig.Print);
        return new ProgressDisplay(
                pipelines.stream().map(Pipeline::name).toList(),
                LiveMetrics.ofThisProcess(),
                Terminal.ofStandardError(spec.commandLine().getErr(), printsRows));
    }

    private void say(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }

    /** Locks on all pipelines of this run. */
    private static final class Locks implements AutoCloseable {

        private final Deque<StateLock> taken = new ArrayDeque<>();

        void keep(StateLock lock) {
            taken.push(lock);
        }

        @Override
        public void close() throws IOException {
            for (StateLock lock : taken) {
                lock.close();
            }
        }
    }
}
