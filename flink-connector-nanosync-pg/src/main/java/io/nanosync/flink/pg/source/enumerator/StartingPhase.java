package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.split.PgSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Waits for the server: first preparation, or taking up a state. Readers may register meanwhile;
 * there is nothing for them yet.
 */
final class StartingPhase implements Phase {

    private final Coordinator coordinator;
    private final EnumeratorState state;
    private final Callable<Phase> preparation;
    private final List<Consumer<Phase>> early = new ArrayList<>();

    /**
     * @param state what checkpoints hold meanwhile: the state that is being taken up
     * @param preparation runs on the I/O thread
     */
    StartingPhase(Coordinator coordinator, EnumeratorState state, Callable<Phase> preparation) {
        this.coordinator = coordinator;
        this.state = state;
        this.preparation = preparation;
    }

    @Override
    public void enter() {
        coordinator.async(
                preparation,
                next -> {
                    coordinator.become(next);
                    early.forEach(call -> call.accept(next));
                });
    }

    @Override
    public EnumeratorState state() {
        return state;
    }

    @Override
    public int number() {
        return 0;
    }

    @Override
    public void readerAdded(int subtask) {
        // The next phase asks which readers are registered.
    }

    @Override
    public void splitsBack(List<PgSplit> splits, int subtask) {
        early.add(next -> next.splitsBack(splits, subtask));
    }

    @Override
    public void event(int subtask, PgSourceEvent event) {
        // Restored readers report as soon as they run, which may be before the server has answered.
        early.add(next -> next.event(subtask, event));
    }

    @Override
    public void checkpointTaken(long checkpointId) {}

    @Override
    public void checkpointCompleted(long checkpointId) {}
}
