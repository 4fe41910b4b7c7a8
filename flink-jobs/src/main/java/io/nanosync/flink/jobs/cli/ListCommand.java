package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.local.PluginFileSystems;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nanosync list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = {
            "Says of each pipeline of a file whether it runs, where, and what it does.",
            "Finds those that were started with the same state_dir, by run, submit or flink run,"
                    + " and asks their clusters."
        },
        footer = {"", "Example:", "  nanosync list -f pipelines.yaml"})
final class ListCommand implements Callable<Integer> {

    @Mixin private PipelinesArguments arguments = new PipelinesArguments();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        PluginFileSystems.install();
        List<Pipeline> pipelines = arguments.selected(arguments.read());
        int width =
                pipelines.stream().mapToInt(pipeline -> pipeline.name().length()).max().orElse(0);
        for (Pipeline pipeline : pipelines) {
            spec.commandLine()
                    .getOut()
                    .println(
                            pipeline.name()
                                    + " ".repeat(width - pipeline.name().length() + 2)
                                    + line(Whereabouts.of(pipeline)));
        }
        return 0;
    }

    private static String line(Whereabouts where) throws IOException, InterruptedException {
        String phase =
                where instanceof Whereabouts.Running running ? WhereText.phase(running) : null;
        return WhereText.of(where, phase);
    }
}
