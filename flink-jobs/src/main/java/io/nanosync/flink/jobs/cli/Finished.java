package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.compose.CheckpointRecord;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.util.Optional;

/** Whether a bounded pipeline has come to its end in an earlier run. */
final class Finished {

    private Finished() {}

    /** What to tell the user when it has. */
    static Optional<String> of(Pipeline pipeline) throws IOException {
        FinishedMark mark = new FinishedMark(pipeline);
        CheckpointRecord record = new CheckpointRecord(pipeline);
        Optional<String> time = mark.read();
        if (time.isPresent()) {
            return Optional.of("finished at " + time.get() + again(pipeline));
        }
        return record.showsEnd(pipeline)
                ? Optional.of(
                        "finished in a run that ended before it could say so" + again(pipeline))
                : Optional.empty();
    }

    private static String again(Pipeline pipeline) {
        return ". To read its tables again, into an empty sink, remove " + pipeline.stateDir();
    }
}
