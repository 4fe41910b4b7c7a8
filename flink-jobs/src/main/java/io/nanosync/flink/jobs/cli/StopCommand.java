package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.Stopping;
import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.local.StateFolderException;
import io.nanosync.flink.jobs.local.StateLock;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
                    + " server until the pipeline runs again.",
            "Exit code 0: it is stopped. 1: it isn't, not yet, or nobody can say."
        },
        footer = {
            "",
            "Examples:",
            "  nanosync stop pipeline orders",
            "  nanosync stop pipeline orders --wait 3600"
        })
final class StopCommand implements Callable<Integer> {

    @Mixin private NamedPipeline named = new NamedPipeline();
    @Mixin private AskedCluster asked = new AskedCluster();

    @Option(
            names = "--wait",
            defaultValue = "600",
            paramLabel = "SECONDS",
            description =
                    "How long to wait for the savepoint (default ${DEFAULT-VALUE}). It goes on"
                            + " behind that, and stops the pipeline when it is complete.")
    private long waitSeconds;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Pipeline pipeline = named.read();
        Whereabouts where = asked.find(pipeline);
        if (where instanceof Whereabouts.Running running) {
            stop(pipeline, running);
            return 0;
        }
        if (where instanceof Whereabouts.OfAnother other) {
            throw ofAnother(pipeline, other);
        }
        throw new CommandException("Pipeline " + pipeline.name() + " " + reason(where));
    }

    private static CommandException ofAnother(Pipeline pipeline, Whereabouts.OfAnother other) {
        return new CommandException(
                "Job "
                        + other.record().job()
                        + " of "
                        + other.record().rest()
                        + " was not stopped: it keeps its state in "
                        + other.folder()
                        + ", and not in "
                        + pipeline.stateDir()
                        + ", so it is of another pipeline, or of this one with another"
                        + " state_dir");
    }

    private void stop(Pipeline pipeline, Whereabouts.Running running)
            throws CommandException, InterruptedException {
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
        if (running.doubt() != null) {
            throw new CommandException(
                    "Pipeline " + pipeline.name() + " was not stopped: " + running.doubt());
        }
        String savepoint = savepoint(pipeline, running);
        spec.commandLine()
                .getOut()
                .println(pipeline.name() + ": stopped with savepoint " + savepoint);
        forget(pipeline, record);
    }

    /** Unless the pipeline is being started again already. */
    @SuppressWarnings("try") // The lock is for being held.
    private void forget(Pipeline pipeline, JobRecord record) {
        try (StateLock lock = StateLock.take(pipeline, "stop")) {
            JobRecord.clear(pipeline.stateDir(), record.job());
        } catch (StateFolderException startedAgain) {
            // Who has the lock writes a record of his own; until then this one is of an ended job.
            // A logger of the class would be made with the commands, in front of a run's log file.
            LoggerFactory.getLogger(StopCommand.class)
                    .debug("The record of job {} stays", record.job(), startedAgain);
        } catch (IOException e) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "nanosync: warning: "
                                    + pipeline.name()
                                    + " is stopped, but job.json in "
                                    + pipeline.stateDir()
                                    + ", which names its job, stays: "
                                    + FailureMessage.of(e));
        }
    }

    private String savepoint(Pipeline pipeline, Whereabouts.Running running)
            throws CommandException, InterruptedException {
        String job = running.record().job();
        String folder = pipeline.stateDir() + "/savepoints";
        Stopping stopping =
                running.cluster().stopWithSavepoint(job, folder, Duration.ofSeconds(waitSeconds));
        if (stopping instanceof Stopping.Stopped stopped) {
            return stopped.savepoint();
        }
        String which = "Pipeline " + pipeline.name() + ", job " + job + ", ";
        String see = ". See " + running.cluster().page(job) + " and: " + named.command("status");
        if (stopping instanceof Stopping.NotStopped refused) {
            throw new CommandException(which + "was not stopped. " + refused.reason());
        }
        if (stopping instanceof Stopping.Unknown unknown) {
            throw new CommandException(
                    which
                            + "was asked to stop, and nobody can say whether it did: "
                            + unknown.reason()
                            + ". If it did, its savepoint is the newest in "
                            + folder
                            + ", and the next start goes on from it"
                            + see);
        }
        throw new CommandException(
                which
                        + "doesn't stop within "
                        + waitSeconds
                        + " s. Its savepoint is still being taken, and stops it when it is complete"
                        + see);
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
