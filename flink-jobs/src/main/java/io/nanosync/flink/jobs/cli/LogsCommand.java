package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.ClusterJob;
import io.nanosync.flink.jobs.cluster.LastLines;
import io.nanosync.flink.jobs.cluster.RunningCluster;
import io.nanosync.flink.jobs.cluster.RunningCluster.LogSource;
import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.local.LocalFolder;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nanosync logs}. */
@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        description = {
            "Prints what was logged last where a pipeline runs, or ran last: of a local run its"
                    + " file, of a job on a cluster the logs of the JobManager and of the"
                    + " TaskManagers that have its source.",
            "Exit code 1: a log can't be had; the others are printed."
        },
        footer = {
            "",
            "Examples:",
            "  nanosync logs pipeline orders",
            "  nanosync logs pipeline orders --lines 1000"
        })
final class LogsCommand implements Callable<Integer> {

    /** Where runs log whose state is on another file system. */
    private static final Path ELSEWHERE = Path.of("nanosync-state");

    @Mixin private NamedPipeline named = new NamedPipeline();
    @Mixin private AskedCluster asked = new AskedCluster();

    @Option(
            names = {"-n", "--lines"},
            defaultValue = "100",
            paramLabel = "N",
            description = "How many lines of each log (default ${DEFAULT-VALUE}).")
    private int most;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        if (most < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--lines must be at least 1, found " + most);
        }
        Pipeline pipeline = named.read();
        Problems problems = new Problems();
        Whereabouts where = asked.see(pipeline);
        if (where instanceof Whereabouts.Running running && isOfCluster(running.record())) {
            print(running.cluster(), running.record(), running.job(), problems);
        } else if (where instanceof Whereabouts.Over over && isOfCluster(over.record())) {
            print(over.cluster(), over.record(), over.job(), problems);
        } else if (isOutOfReach(where)) {
            throw new CommandException(
                    "Pipeline " + pipeline.name() + ": " + WhereText.of(where, null));
        } else {
            printFile(pipeline);
        }
        return problems.texts().isEmpty() ? 0 : 1;
    }

    private static boolean isOutOfReach(Whereabouts where) {
        if (where instanceof Whereabouts.Unreadable || where instanceof Whereabouts.OfAnother) {
            return true;
        }
        if (where instanceof Whereabouts.Forgotten forgotten) {
            return isOfCluster(forgotten.record());
        }
        return where instanceof Whereabouts.Unknown unknown && isOfCluster(unknown.record());
    }

    private static boolean isOfCluster(JobRecord record) {
        return record.process() == null;
    }

    private void print(RunningCluster cluster, JobRecord record, ClusterJob job, Problems problems)
            throws InterruptedException {
        print(cluster, LogSource.JOB_MANAGER, problems);
        Problems unknown = new Problems();
        List<LogSource> tasks =
                unknown.orElse(List.of(), () -> cluster.sourceLogs(record.job(), job));
        for (LogSource task : tasks) {
            print(cluster, task, problems);
        }
        for (String problem : unknown.texts()) {
            problems.add(problem);
            print("TaskManagers", List.of("no logs: " + problem));
        }
    }

    /** One log, or why it isn't there. */
    private void print(RunningCluster cluster, LogSource source, Problems problems)
            throws InterruptedException {
        Problems own = new Problems();
        List<String> lines = own.orElse(List.of(), () -> cluster.log(source, most));
        if (!own.texts().isEmpty()) {
            own.texts().forEach(problems::add);
            print(source.process(), own.texts().stream().map(text -> "no log: " + text).toList());
            return;
        }
        print(
                source.process(),
                lines.isEmpty()
                        ? List.of("no log file: it may log to its standard output")
                        : lines);
    }

    /** That of the newest run. */
    private void printFile(Pipeline pipeline) throws CommandException, IOException {
        Path state = LocalFolder.of(pipeline.stateDir());
        Path folder = (state == null ? ELSEWHERE : state.resolveSibling("")).resolve("logs");
        List<Path> files = new ArrayList<>();
        for (String name : named.logNames()) {
            if (Files.exists(folder.resolve(name))) {
                files.add(folder.resolve(name));
            }
        }
        Path newest =
                files.stream()
                        .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
                        .orElseThrow(
                                () ->
                                        new CommandException(
                                                "Pipeline "
                                                        + pipeline.name()
                                                        + " has no log in "
                                                        + folder
                                                        + ": nobody ran it with this state_dir"));
        try (Stream<String> lines = Files.lines(newest)) {
            print(newest.toString(), LastLines.of(lines, most));
        }
    }

    private void print(String title, List<String> lines) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("==== " + title);
        lines.forEach(out::println);
    }
}
