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
     * @return where it doesn't run, as far as anybody can say
     * @throws CommandException when it runs there
     */
    static Whereabouts refuse(Pipeline pipeline)
            throws CommandException, IOException, InterruptedException {
        Whereabouts where = Whereabouts.of(pipeline);
        if (where instanceof Whereabouts.Running running) {
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
        return where;
    }
}
