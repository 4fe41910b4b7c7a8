package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.net.URI;
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
    private @Nullable URI target;

    /** Asks where a pipeline runs. */
    Whereabouts find(Pipeline pipeline) throws CommandException, IOException, InterruptedException {
        URI asked = target;
        if (asked == null) {
            return Whereabouts.of(pipeline);
        }
        if (!isPlain(asked)) {
            throw new CommandException(
                    "--target is the REST address of a Flink cluster, for example"
                            + " http://localhost:8081, not "
                            + asked);
        }
        return Whereabouts.at(plain(asked), pipeline);
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

    /** Whether it is an address that can be asked. */
    static boolean isPlain(URI address) {
        return "http".equals(address.getScheme())
                && address.getHost() != null
                && address.getPort() >= 0
                && address.getPath().replace("/", "").isEmpty();
    }

    /** The address without what may be behind it. */
    static URI plain(URI address) {
        return URI.create("http://" + address.getHost() + ":" + address.getPort());
    }
}
