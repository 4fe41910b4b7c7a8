package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.ClusterException;
import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nanosync stop}. */
@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        description = {
            "Stops a pipeline that runs on a cluster, with a savepoint under its state_dir. The"
                    + " next submit, run or flink run goes on from there, losing and repeating"
                    + " nothing.",
            "When the savepoint fails, the pipeline goes on. Its slot stays, and keeps WAL on the"
                    + " server until the pipeline runs again."
        },
        footer = {"", "Example:", "  nanosync stop pipeline orders"})
final class StopCommand implements Callable<Integer> {

    @Mixin private NamedPipeline named = new NamedPipeline();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Pipeline pipeline = named.read();
        Whereabouts where = Whereabouts.of(pipeline);
        if (where instanceof Whereabouts.Running running) {
            stop(pipeline, running);
            return 0;
        }
        throw new CommandException("Pipeline " + pipeline.name() + " " + reason(where));
    }

    private void stop(Pipeline pipeline, Whereabouts.Running running)
            throws CommandException, java.io.IOException, InterruptedException {
        JobRecord record = running.record();
        JobRecord.LocalProcess process = record.process();
        if (process != null) {
            throw new CommandException(
                    "Pipeline "
                            + pipeline.name()
                            + " runs in process "
                            + process.pid()
                            + " of this machine. Stop that, which takes a last checkpoint: kill "
                            + process.pid());
        }
        try {
            String savepoint =
                    running.cluster()
                            .stopWithSavepoint(record.job(), pipeline.stateDir() + "/savepoints");
            spec.commandLine()
                    .getOut()
                    .println(pipeline.name() + ": stopped with savepoint " + savepoint);
        } catch (ClusterException e) {
            throw new CommandException(
                    "Pipeline "
                            + pipeline.name()
                            + ", job "
                            + record.job()
                            + ", was not stopped. "
                            + e.getMessage(),
                    e);
        }
        JobRecord.clear(pipeline.stateDir());
    }

    private static String reason(Whereabouts where) {
        if (where instanceof Whereabouts.Unknown unknown) {
            return "can't be stopped: " + unknown.reason();
        }
        if (where instanceof Whereabouts.Forgotten forgotten) {
            return "doesn't run: "
                    + forgotten.record().rest()
                    + " doesn't know its job "
                    + forgotten.record().job();
        }
        if (where instanceof Whereabouts.Over over) {
            return "doesn't run: its job " + over.record().job() + " is " + over.job().state();
        }
        return "doesn't run: nobody started it with this state_dir";
    }
}
