package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nanosync status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Says how a pipeline does: whether it runs, its phase, how far each table is, its slot"
                    + " on the server and when that may be lost, its newest checkpoint, and what it"
                    + " waits for.",
            "Asks the cluster or the local run that has it, and the server. Changes nothing.",
            "Exit code 0: all of it is known. 1: a part isn't, and a line says why."
        },
        footer = {
            "",
            "Examples:",
            "  nanosync status pipeline orders",
            "  nanosync status pipeline orders --json"
        })
final class StatusCommand implements Callable<Integer> {

    @Mixin private NamedPipeline named = new NamedPipeline();
    @Mixin private AskedCluster asked = new AskedCluster();

    @Option(
            names = {"--json"},
            description = "As one JSON object, for scripts.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Pipeline pipeline = named.read();
        PipelineStatus status = PipelineStatus.of(pipeline, asked.see(pipeline));
        spec.commandLine().getOut().print(json ? status.json() : status.text());
        spec.commandLine().getOut().flush();
        return status.isWhole() ? 0 : 1;
    }
}
