package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.source.enumerator.EnumeratorCheckpointSerializer;
import io.nanosync.flink.pg.source.enumerator.EnumeratorState;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;

/** Reads from a completed checkpoint or savepoint what it holds of the enumerator. */
public final class EnumeratorInState {

    private EnumeratorInState() {}

    /**
     * The enumerator's state.
     *
     * @param folder of the checkpoint
     */
    public static EnumeratorState state(Path folder) throws IOException {
        for (OperatorState operator : StreamInState.metadata(folder).getOperatorStates()) {
            ByteStreamStateHandle coordinator = operator.getCoordinatorState();
            if (coordinator != null) {
                return EnumeratorCheckpointSerializer.ofCoordinator(coordinator.getData()).state();
            }
        }
        throw new IOException("No source in " + folder);
    }
}
