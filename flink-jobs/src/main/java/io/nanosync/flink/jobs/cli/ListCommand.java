package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.ClusterException;
import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.local.PluginFileSystems;
import io.nanosync.flink.jobs.pipeline.Pipeline;
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
                    + " and asks their clusters.",
            "Exit code 0: of each it is known. 1: of one it isn't, and the line says why."
        },
        footer = {
            "",
            "Examples:",
            "  nanosync list -f pipelines.yaml",
            "  nanosync list -f pipelines.yaml --target http://standby:8081"
        })
final class ListCommand implements Callable<Integer> {

    @Mixin private PipelinesArguments arguments = new PipelinesArguments();
    @Mixin private AskedCluster asked = new AskedCluster();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        PluginFileSystems.install();
        List<Pipeline> pipelines = arguments.selected(arguments.read());
        int width =
                pipelines.stream().mapToInt(pipeline -> pipeline.name().length()).max().orElse(0);
        boolean known = true;
        for (Pipeline pipeline : pipelines) {
            Line line = Line.of(asked.see(pipeline));
            known &= line.known();
            spec.commandLine()
                    .getOut()
                    .println(
                            pipeline.name()
                                    + " ".repeat(width - pipeline.name().length() + 2)
                                    + line.text());
        }
        return known ? 0 : 1;
    }

    /**
     * What is said of a pipeline.
     *
     * @param known whether all of it could be asked for
     */
    private record Line(String text, boolean known) {

        static Line of(Whereabouts where) throws InterruptedException {
            try {
                String phase =
                        where instanceof Whereabouts.Running running
                                ? WhereText.phase(running)
                                : null;
                return new Line(WhereText.of(where, phase), where.isKnown());
            } catch (ClusterException e) {
                return new Line("unknown: " + e.getMessage(), false);
            }
        }
    }
}
