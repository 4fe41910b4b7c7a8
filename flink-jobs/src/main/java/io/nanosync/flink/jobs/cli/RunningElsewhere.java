package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;

/**
 * Keeps a pipeline from being started beside its job: the second one would take over checkpoints
 * that the first still needs.
 */
final class RunningElsewhere {

    private RunningElsewhere() {}

    /**
     * Asks where the pipeline was started last.
     *
     * @throws CommandException when it runs there
     */
    static void refuse(Pipeline pipeline)
            throws CommandException, IOException, InterruptedException {
        if (Whereabouts.of(pipeline) instanceof Whereabouts.Running running) {
            throw new CommandException(
                    "Pipeline "
                            + pipeline.name()
                            + " runs already: job "
                            + running.record().job()
                            + " of "
                            + running.record().rest()
                            + ". Stop it first: nanosync stop pipeline "
                            + pipeline.name());
        }
    }
}
