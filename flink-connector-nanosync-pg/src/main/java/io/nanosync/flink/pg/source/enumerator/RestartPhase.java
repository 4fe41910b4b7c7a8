package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotStopped;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StopSnapshot;
import io.nanosync.flink.pg.source.split.PgSplit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot was lost. All readers drop its splits, since importers outlive the keeper; when they
 * have confirmed, a checkpoint completes, so that no row of the lost snapshot can come behind the
 * truncate; then the snapshot is taken anew.
 */
final class RestartPhase implements Phase {

    private static final Logger LOG = LoggerFactory.getLogger(RestartPhase.class);

    private final EnumeratorThreads threads;
    private final Consumer<Next> next;
    private final LostSnapshot lost;
    private final String reason;
    private final Set<Integer> stopped = new HashSet<>();
    private final CheckpointPatience patience;
    private @Nullable CheckpointGate gate;

    RestartPhase(EnumeratorThreads threads, Consumer<Next> next, LostSnapshot lost, String reason) {
        this.threads = threads;
        this.next = next;
        this.lost = lost;
        this.reason = reason;
        this.patience = new CheckpointPatience(threads, "has lost its snapshot (" + reason + ")");
    }

    @Override
    public void enter() {
        LOG.warn(
                "The snapshot of pipeline {} was lost ({}); another one is taken. {} tables were"
                        + " being read, {} are finished",
                threads.config().pipeline(),
                reason,
                lost.begun().size(),
                lost.emitted().size() - lost.begun().size());
        threads.backlog(false);
        threads.broadcast(new StopSnapshot(lost.plan().epoch()));
        goOnWhenAllStopped();
    }

    @Override
    public EnumeratorState state() {
        return new EnumeratorState.Restarting(lost);
    }

    @Override
    public int number() {
        return 0;
    }

    @Override
    public void readerAdded(int subtask) {
        threads.send(subtask, new StopSnapshot(lost.plan().epoch()));
        goOnWhenAllStopped();
    }

    @Override
    public void splitsBack(List<PgSplit> splits, int subtask) {
        // Its splits are void; what it restores has to be stopped again, in front of a checkpoint.
        stopped.remove(subtask);
        gate = null;
        patience.end();
    }

    @Override
    public void event(int subtask, PgSourceEvent event) {
        if (event instanceof SnapshotStopped stop && stop.epoch() >= lost.plan().epoch()) {
            stopped.add(subtask);
            goOnWhenAllStopped();
        }
    }

    private void goOnWhenAllStopped() {
        if (gate != null || stopped.size() < threads.context().currentParallelism()) {
            return;
        }
        gate = new CheckpointGate();
        if (lost.begun().isEmpty()) {
            // Every row that was emitted is behind a checkpoint already.
            next.accept(new Next.TakeAnew(lost));
        } else {
            patience.begin();
        }
    }

    @Override
    public void checkpointTaken(long checkpointId) {
        patience.end();
        if (gate != null) {
            gate.checkpointTaken(checkpointId);
        }
    }

    @Override
    public void checkpointCompleted(long checkpointId) {
        if (gate != null && gate.checkpointCompleted(checkpointId)) {
            next.accept(new Next.TakeAnew(lost));
        }
    }
}
