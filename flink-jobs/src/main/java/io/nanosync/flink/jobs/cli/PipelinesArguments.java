package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.pipeline.InvalidPipelinesFileException;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.pg.config.NearestName;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code -f FILE [PIPELINE]}. */
final class PipelinesArguments {

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The pipelines file (YAML).")
    private Path file = Path.of("pipelines.yaml");

    @Parameters(
            arity = "0..1",
            paramLabel = "PIPELINE",
            description = "One pipeline of the file; without it all of them.")
    private @Nullable String pipeline;

    /** Those of the command line. */
    PipelinesArguments() {}

    /** These, of a command with other ones. */
    PipelinesArguments(Path file, @Nullable String pipeline) {
        this.file = file;
        this.pipeline = pipeline;
    }

    Path file() {
        return file;
    }

    PipelinesFile read() throws InvalidPipelinesFileException {
        return PipelinesFile.read(file, System.getenv());
    }

    /** The pipelines that were asked for. */
    List<Pipeline> selected(PipelinesFile pipelines) throws CommandException {
        if (pipeline == null) {
            return pipelines.pipelines();
        }
        String name = pipeline;
        return List.of(pipelines.pipeline(name).orElseThrow(() -> unknown(name, pipelines)));
    }

    private CommandException unknown(String name, PipelinesFile pipelines) {
        List<String> names = pipelines.pipelines().stream().map(Pipeline::name).toList();
        String nearest = NearestName.of(name, names);
        return new CommandException(
                "There is no pipeline \""
                        + name
                        + "\" in "
                        + file
                        + (nearest == null
                                ? "; it holds " + String.join(", ", names)
                                : "; did you mean " + nearest + "?"));
    }

    /** What to call the log: runs that go on at the same time have different ones. */
    String logName() {
        Path name = file.getFileName();
        String title = name == null ? "pipelines" : name.toString().replaceFirst("\\.[^.]*$", "");
        return (pipeline == null ? title : pipeline) + ".log";
    }
}
