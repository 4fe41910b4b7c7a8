package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.local.FinishedMark;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.util.Optional;

/** Whether a bounded pipeline has come to its end in an earlier run. */
final class Finished {

    private Finished() {}

    /** What to tell the user when it has. */
    static Optional<String> of(Pipeline pipeline) throws IOException {
        return new FinishedMark(pipeline)
                .read()
                .map(
                        time ->
                                "finished at "
                                        + time
                                        + ". To read its tables again, into an empty sink, remove "
                                        + pipeline.stateDir());
    }
}
