package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.compose.JobSettings;
import io.nanosync.flink.jobs.compose.PipelineJob;
import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.pg.client.PgException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Entry of the job jar: {@code flink run nanosync-job.jar -f pipelines.yaml [PIPELINE]}. Hands the
 * pipelines of the file to the cluster that runs this class.
 *
 * <p>Without {@code -s} a pipeline goes on from the newest checkpoint or savepoint under its state
 * folder, as a local run does. A pipeline that runs already is refused.
 */
public final class PipelineJobMain {

    /** The id that a job is to get, where it is settled before. */
    private static final ConfigOption<String> JOB =
            ConfigOptions.key("$internal.pipeline.job-id").stringType().noDefaultValue();

    /** Where this runs to hand over jobs. */
    private static final ConfigOption<String> TARGET =
            ConfigOptions.key("execution.target").stringType().defaultValue("");

    private static final String WITHIN_THE_CLUSTER = "embedded";

    private static final Logger LOG = LoggerFactory.getLogger(PipelineJobMain.class);

    private PipelineJobMain() {}

    /** {@code [run] -f FILE [PIPELINE]}. */
    public static void main(String[] arguments) throws Exception {
        boolean named = arguments.length > 0 && arguments[0].equals("run");
        Options options = new Options();
        new CommandLine(options)
                .parseArgs(named ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments);
        PipelinesFile file = options.arguments.read();
        requireSharedState(file);
        List<Pipeline> pipelines = options.arguments.selected(file);
        requireOneOfGivenState(pipelines);
        requireStopped(pipelines);
        for (Pipeline pipeline : pipelines) {
            StreamExecutionEnvironment env = environment(pipeline);
            PipelineJob.addTo(env, pipeline);
            if (pipelines.size() == 1) {
                env.execute(pipeline.name());
            } else {
                env.executeAsync(pipeline.name());
            }
        }
    }

    @Command(name = "nanosync-job.jar")
    private static final class Options {
        @Mixin private PipelinesArguments arguments = new PipelinesArguments();
    }

    static void requireSharedState(PipelinesFile file) throws CommandException {
        if (!file.stateDirGiven()) {
            throw new CommandException(
                    "state_dir is missing. On a cluster it must be a folder that every process"
                            + " reaches, for example state_dir: s3://bucket/nanosync");
        }
    }

    /** A savepoint is of one pipeline. */
    private static void requireOneOfGivenState(List<Pipeline> pipelines) throws CommandException {
        ReadableConfig given =
                StreamExecutionEnvironment.getExecutionEnvironment().getConfiguration();
        if (pipelines.size() > 1 && startsFromGivenState(given)) {
            throw new CommandException(
                    "A checkpoint or savepoint is of one pipeline, and "
                            + pipelines.size()
                            + " are to be started from it. Name the one behind -f FILE: "
                            + pipelines.stream()
                                    .map(Pipeline::name)
                                    .collect(Collectors.joining(", ")));
        }
    }

    /** A highly available application cluster runs this again for the job that it goes on with. */
    private static void requireStopped(List<Pipeline> pipelines) throws Exception {
        ReadableConfig given =
                StreamExecutionEnvironment.getExecutionEnvironment().getConfiguration();
        String own = given.getOptional(JOB).orElse("");
        for (Pipeline pipeline : pipelines) {
            Whereabouts where = RunningElsewhere.refuseAllBut(own, pipeline);
            if (!given.get(TARGET).equals(WITHIN_THE_CLUSTER)) {
                RunningElsewhere.refuseUntold(pipeline, where);
                requireUnlocked(pipeline);
            }
        }
    }

    /**
     * Not within a cluster: the one that runs this again after a failure may find the lock of the
     * job that it goes on with, whose host is gone, and that job waits for it.
     */
    private static void requireUnlocked(Pipeline pipeline)
            throws CommandException, InterruptedException {
        try {
            RunningElsewhere.refuseLocked(pipeline);
        } catch (PgException e) {
            // Only the cluster needs to reach the server.
            LOG.warn("Cannot ask the server whether pipeline {} runs already", pipeline.name(), e);
        }
    }

    private static StreamExecutionEnvironment environment(Pipeline pipeline) throws Exception {
        ReadableConfig given =
                StreamExecutionEnvironment.getExecutionEnvironment().getConfiguration();
        Configuration settings = JobSettings.of(pipeline, given);
        if (!startsFromGivenState(given)) {
            RetainedState.newest(pipeline).ifPresent(state -> state.restoreIn(settings, false));
        }
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(settings);
        env.registerJobListener(new JobRecorder(pipeline, given));
        return env;
    }

    private static boolean startsFromGivenState(ReadableConfig given) {
        return given.getOptional(
                        ConfigOptions.key("execution.state-recovery.path")
                                .stringType()
                                .noDefaultValue()
                                .withDeprecatedKeys("execution.savepoint.path"))
                .isPresent();
    }
}
