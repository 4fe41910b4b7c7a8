package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.source.enumerator.server.PipelineServer;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.split.PgSplit;
import java.util.List;
import java.util.function.Consumer;

/**
 * All snapshot rows are behind a completed checkpoint. One more has to complete, whose barriers
 * push them through; then the stream begins.
 */
final class HandOverPhase implements Phase {

    private final EnumeratorThreads threads;
    private final PipelineServer server;
    private final Consumer<Next> next;
    private final RunningStream stream;
    private final CheckpointGate gate = new CheckpointGate();
    private final CheckpointPatience patience;

    HandOverPhase(
            EnumeratorThreads threads,
            PipelineServer server,
            Consumer<Next> next,
            RunningStream stream) {
        this.threads = threads;
        this.server = server;
        this.next = next;
        this.stream = stream;
        this.patience = new CheckpointPatience(threads, "is about to stream");
    }

    @Override
    public void enter() {
        threads.onIoThread(server::releaseSnapshot);
        threads.backlog(false);
        patience.begin();
    }

    @Override
    public EnumeratorState state() {
        return new EnumeratorState.HandingOver(server.upToDate(stream));
    }

    @Override
    public boolean mayHaveEmitted() {
        return false;
    }

    @Override
    public int number() {
        return 2;
    }

    @Override
    public void splitsBack(List<PgSplit> splits, int subtask) {
        if (!splits.isEmpty()) {
            throw new IllegalStateException(
                    "Splits came back that were finished for good: " + splits);
        }
    }

    @Override
    public void event(int subtask, PgSourceEvent event) {
        threads.acknowledge(subtask, event);
    }

    @Override
    public void checkpointTaken(long checkpointId) {
        patience.end();
        gate.checkpointTaken(checkpointId);
    }

    @Override
    public void checkpointCompleted(long checkpointId) {
        if (gate.checkpointCompleted(checkpointId)) {
            next.accept(new Next.Stream(server.upToDate(stream)));
        }
    }
}
