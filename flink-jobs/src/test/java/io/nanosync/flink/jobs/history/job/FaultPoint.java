package io.nanosync.flink.jobs.history.job;

import io.nanosync.flink.jobs.history.Pause;
import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.testing.DecliningSerializer;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Hands batches on and writes them down, unless {@link Faults} want it otherwise. */
final class FaultPoint extends RichFlatMapFunction<ChangeBatch, ChangeBatch>
        implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;
    private static final long LOOK_MILLIS = 5;

    private final String name;
    private transient Passage.@Nullable Attempt attempt;

    FaultPoint(String name) {
        this.name = name;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        context.getOperatorStateStore()
                .getListState(new ListStateDescriptor<>("declining", new DecliningSerializer(name)))
                .update(List.of(1));
        OptionalLong restored = context.getRestoredCheckpointId();
        attempt =
                Passage.named(name)
                        .begin(
                                getRuntimeContext().getJobInfo().getJobId(),
                                getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                                restored);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        attempt().barrier(context.getCheckpointId());
    }

    @Override
    public void flatMap(ChangeBatch batch, Collector<ChangeBatch> out) throws InterruptedException {
        Faults faults = Faults.named(name);
        while (faults.isHeld()) {
            Pause.millis(LOOK_MILLIS);
            if (Thread.interrupted()) {
                throw new InterruptedException("Cancelled while held");
            }
        }
        if (faults.fails()) {
            throw new IllegalStateException("The nemesis fails an operator");
        }
        attempt().passes(batch);
        out.collect(batch);
    }

    private Passage.Attempt attempt() {
        return Objects.requireNonNull(attempt, "Not initialized");
    }
}
