package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.drift.DriftReport;
import io.nanosync.flink.pg.source.PgSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nanosync resume}. */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = {
            "Accepts the changed schema in front of which a pipeline is paused, and says what it"
                    + " is.",
            "A pipeline that runs goes on within seconds; one that is stopped when it is started"
                    + " again. Just that change is accepted: at the next one it pauses again."
        },
        footer = {"", "Example:", "  nanosync resume pipeline shop"})
final class ResumeCommand implements Callable<Integer> {

    @Mixin private NamedPipeline named = new NamedPipeline();

    @Option(
            names = {"--show"},
            description = "Only say what it waits for.")
    private boolean show;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Pipeline pipeline = named.read();
        SourceConfig config = pipeline.source();
        List<DriftReport> waiting = PgSource.pauses(config);
        if (waiting.isEmpty()) {
            throw new CommandException(
                    "Pipeline "
                            + pipeline.name()
                            + " isn't paused: nothing in "
                            + pipeline.stateDir()
                            + "/drift waits for anybody");
        }
        for (DriftReport report : waiting) {
            resume(config, report);
        }
        return 0;
    }

    private void resume(SourceConfig config, DriftReport report) throws Exception {
        if (show) {
            say(config.pipeline() + ": " + report.text());
            return;
        }
        try {
            PgSource.resume(config, report);
        } catch (IllegalArgumentException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
        say(config.pipeline() + ": " + report.text());
        say(
                config.pipeline()
                        + ": accepted. It goes on within seconds if the pipeline runs, else at its"
                        + " next start");
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }
}
