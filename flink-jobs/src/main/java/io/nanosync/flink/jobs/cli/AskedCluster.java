package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --target URL}: a cluster to ask, whatever address was written down. */
final class AskedCluster {

    @Option(
            names = {"-t", "--target"},
            paramLabel = "URL",
            description =
                    "REST address of the cluster to ask, instead of the one in state_dir: where"
                            + " its JobManager has moved, or another machine started the job.")
    private @Nullable String target;

    /** Asks where a pipeline runs. */
    Whereabouts find(Pipeline pipeline) throws CommandException, IOException, InterruptedException {
        String asked = target;
        return asked == null
                ? Whereabouts.of(pipeline)
                : Whereabouts.at(RestAddress.of(asked), pipeline);
    }

    /** The same for who only shows it: what can't be asked is one answer more. */
    Whereabouts see(Pipeline pipeline) throws CommandException, InterruptedException {
        try {
            return find(pipeline);
        } catch (IOException e) {
            return new Whereabouts.Unreadable(FailureMessage.of(e));
        }
    }

    /** Whether one was named. */
    boolean isGiven() {
        return target != null;
    }
}
