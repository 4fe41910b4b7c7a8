package io.nanosync.flink.jobs.compose;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import java.io.IOException;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;

/**
 * Hands batches on and keeps the {@link CheckpointRecord}. A task is told of its last checkpoint
 * before it ends, so the record is there before Flink removes any checkpoint.
 */
final class RecordsCheckpoints extends RichMapFunction<ChangeBatch, ChangeBatch>
        implements CheckpointListener {

    private static final long serialVersionUID = 1L;

    private final String stateDir;

    RecordsCheckpoints(String stateDir) {
        this.stateDir = stateDir;
    }

    @Override
    public ChangeBatch map(ChangeBatch batch) {
        return batch;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws IOException {
        if (getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0) {
            new CheckpointRecord(stateDir).write(checkpointId);
        }
    }
}
