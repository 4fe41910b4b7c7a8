package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.local.PluginFileSystems;
import io.nanosync.flink.jobs.local.StateFolderException;
import io.nanosync.flink.jobs.pipeline.InvalidPipelinesFileException;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pipeline NAME [-f FILE]}. */
final class NamedPipeline {

    @Parameters(index = "0", paramLabel = "pipeline", description = "The word pipeline.")
    private String kind = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "Which pipeline of the file.")
    private String name = "";

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            defaultValue = "pipelines.yaml",
            description = "The pipelines file; by default: ${DEFAULT-VALUE}.")
    private Path file = Path.of("pipelines.yaml");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    /** The pipeline that was named. */
    Pipeline read() throws InvalidPipelinesFileException, CommandException, StateFolderException {
        if (!kind.equals("pipeline")) {
            throw new ParameterException(
                    command.commandLine(),
                    "Expected: "
                            + command.qualifiedName()
                            + " pipeline NAME, not \""
                            + kind
                            + "\"");
        }
        PluginFileSystems.install();
        PipelinesArguments arguments = new PipelinesArguments(file, name);
        return arguments.selected(arguments.read()).get(0);
    }

    /** All pipelines of its file. */
    List<Pipeline> all() throws InvalidPipelinesFileException {
        return new PipelinesArguments(file, null).read().pipelines();
    }

    /**
     * Another command for it, to be pasted: another file may have a pipeline of its name.
     *
     * @param verb as {@code stop}
     */
    String command(String verb) {
        String path = file.toString();
        return "nanosync "
                + verb
                + " pipeline "
                + name
                + " -f "
                + (path.matches("[\\w./+-]+") ? path : "'" + path.replace("'", "'\\''") + "'");
    }

    /** How runs of it call their logs: those of the whole file, and those of it alone. */
    List<String> logNames() {
        return List.of(
                new PipelinesArguments(file, null).logName(),
                new PipelinesArguments(file, name).logName());
    }
}
