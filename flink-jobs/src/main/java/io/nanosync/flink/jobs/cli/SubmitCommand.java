package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.ClusterJob;
import io.nanosync.flink.jobs.cluster.RunningCluster;
import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.local.PluginFileSystems;
import io.nanosync.flink.jobs.local.StateFolderException;
import io.nanosync.flink.jobs.local.StateLock;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.source.PgSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nanosync submit}. */
@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        description = {
            "Starts pipelines on a Flink session cluster, each as a job of its own, and prints"
                    + " where they run.",
            "Checks first what validate checks, and that the pipeline doesn't run already. A"
                + " pipeline goes on from the newest checkpoint or savepoint under its state_dir,"
                + " which the cluster must reach by the same name as this machine.",
            "The file is read here, with this machine's environment variables."
        },
        footer = {
            "",
            "Examples:",
            "  nanosync submit -f pipelines.yaml --target http://localhost:8081",
            "  nanosync submit -f pipelines.yaml --target http://localhost:8081 orders"
        })
final class SubmitCommand implements Callable<Integer> {

    /** Slots may have to be freed, and containers to be started. */
    private static final Duration BEGINNING = Duration.ofSeconds(30);

    @Mixin private PipelinesArguments arguments = new PipelinesArguments();

    @Option(
            names = {"-t", "--target"},
            required = true,
            paramLabel = "URL",
            description = "REST address of the cluster's JobManager.")
    private String target = "http://localhost:8081";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        PluginFileSystems.install();
        PipelinesFile file = arguments.read();
        PipelineJobMain.requireSharedState(file);
        List<Pipeline> pipelines = arguments.selected(file);
        ClusterTarget cluster = ClusterTarget.of(RestAddress.of(target));
        if (pipelines.size() == 1) {
            return submit(cluster, pipelines.get(0)) ? 0 : 1;
        }
        boolean all = true;
        for (Pipeline pipeline : pipelines) {
            all &= submitBesideOthers(cluster, pipeline);
        }
        return all ? 0 : 1;
    }

    /** The same where others come behind it, which a reason of its own doesn't hold up. */
    private boolean submitBesideOthers(ClusterTarget target, Pipeline pipeline) throws Exception {
        try {
            return submit(target, pipeline);
        } catch (CommandException | StateFolderException | IOException e) {
            spec.commandLine()
                    .getErr()
                    .println("nanosync: pipeline " + pipeline.name() + ": " + FailureMessage.of(e));
            return false;
        }
    }

    /** Whether its job runs now. */
    private boolean submit(ClusterTarget target, Pipeline pipeline) throws Exception {
        try (StateLock lock = StateLock.take(pipeline, "submit")) {
            Whereabouts where = RunningElsewhere.refuse(pipeline);
            if (where instanceof Whereabouts.Unknown) {
                // Its JobManager may have moved, to the one that is asked to start it again.
                Whereabouts there = target.find(pipeline);
                RunningElsewhere.refuse(pipeline, there);
                where = there instanceof Whereabouts.Over ? there : where;
            }
            RunningElsewhere.refuseUntold(pipeline, where);
            RunningElsewhere.refuseLocked(pipeline);
            RunningElsewhere.refuseStreamed(pipeline);
            requireUnfinished(pipeline);
            Optional<RetainedState> from = RetainedState.newest(pipeline);
            preflight(pipeline, from.isPresent());
            String job = target.submit(arguments.file(), pipeline);
            say(pipeline.name() + ": " + Report.origin(from) + ", job " + job);
            say("  " + target.cluster().page(job));
            return begins(pipeline, target.cluster(), job);
        }
    }

    private static void requireUnfinished(Pipeline pipeline) throws Exception {
        if (pipeline.isBounded()) {
            Optional<String> finished = Finished.of(pipeline);
            if (finished.isPresent()) {
                throw new CommandException("Pipeline " + pipeline.name() + " " + finished.get());
            }
        }
    }

    private void preflight(Pipeline pipeline, boolean resumes) throws Exception {
        List<Finding> findings = PgSource.preflight(pipeline.source(), resumes);
        StringBuilder text = new StringBuilder();
        findings.forEach(finding -> text.append('\n').append(FindingText.of(finding)));
        if (FindingText.hasError(findings)) {
            throw new CommandException("Pipeline " + pipeline.name() + " can not run:" + text);
        }
        if (!findings.isEmpty()) {
            spec.commandLine().getErr().println(pipeline.name() + ":" + text);
        }
    }

    /**
     * Waits until the job works, which may take long without free slots: then its state is said.
     */
    private boolean begins(Pipeline pipeline, RunningCluster cluster, String id) throws Exception {
        long deadline = System.nanoTime() + BEGINNING.toNanos();
        while (true) {
            Optional<ClusterJob> job = cluster.job(id);
            if (job.isPresent() && job.get().works()) {
                return true;
            }
            if (job.isPresent() && job.get().isOver()) {
                return ended(pipeline, cluster, id, job.get().state());
            }
            if (System.nanoTime() > deadline) {
                say("  it doesn't work yet: " + waiting(job) + ". See the page above");
                return true;
            }
            RunningCluster.pause();
        }
    }

    private static String waiting(Optional<ClusterJob> job) {
        return job.map(
                        seen ->
                                "%s, %d of %d tasks run. It may lack task slots"
                                        .formatted(seen.state(), seen.running(), seen.tasks()))
                .orElse("the cluster doesn't show its job");
    }

    private boolean ended(Pipeline pipeline, RunningCluster cluster, String id, JobStatus state)
            throws Exception {
        if (state == JobStatus.FINISHED) {
            return true;
        }
        String reason = state == JobStatus.FAILED ? cluster.failure(id) : state.toString();
        spec.commandLine()
                .getErr()
                .println("nanosync: pipeline " + pipeline.name() + " failed: " + reason);
        return false;
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }
}
