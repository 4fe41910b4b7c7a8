package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotLost;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsAcknowledged;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsFinished;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StopSnapshot;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.RestartSplit;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out snapshot splits, at most {@code workers} at a time over the whole job, until every one
 * is finished for good.
 */
final class SnapshotPhase implements Phase {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotPhase.class);

    private static final Duration CHECKPOINT_PATIENCE = Duration.ofMinutes(10);

    private final Coordinator coordinator;
    private final Phases phases;
    private final SnapshotPlan plan;
    private final SnapshotCursor cursor;
    private final SplitTracker tracker;
    private final Set<Integer> begunEarlier;
    private final @Nullable CheckpointGate gate;
    private final Set<Integer> toldNoMoreSplits = new HashSet<>();
    private long checkpointsTaken;
    private boolean waitsForCheckpoint;
    private boolean handsOut;
    private boolean left;
    private volatile boolean finished;

    /**
     * @param gate when it opens the first split is handed out; null for at once
     * @param begunEarlier see {@link EnumeratorState.Snapshotting}
     */
    SnapshotPhase(
            Coordinator coordinator,
            Phases phases,
            SnapshotPlan plan,
            SnapshotCursor.Position from,
            SplitTracker tracker,
            Set<Integer> begunEarlier,
            @Nullable CheckpointGate gate) {
        this.coordinator = coordinator;
        this.phases = phases;
        this.plan = plan;
        this.cursor = new SnapshotCursor(plan, from);
        this.tracker = tracker;
        this.begunEarlier = new LinkedHashSet<>(begunEarlier);
        this.gate = gate;
        this.handsOut = gate == null;
    }

    private boolean bounded() {
        return coordinator.config().startup() instanceof StartupMode.Snapshot;
    }

    @Override
    public void enter() {
        coordinator.context().setIsProcessingBacklog(true);
        LOG.info(
                "Snapshot {} of pipeline {} begins: {} tables at LSN {}, {} workers",
                plan.epoch(),
                coordinator.config().pipeline(),
                plan.tables().size(),
                plan.consistentPoint(),
                plan.workers());
        phases.registerEstimates(plan);
        proceed();
    }

    @Override
    public EnumeratorState state() {
        return new EnumeratorState.Snapshotting(
                plan,
                cursor.position(),
                tracker.waiting(),
                tracker.held(),
                List.copyOf(begunEarlier));
    }

    @Override
    public int number() {
        return finished ? 4 : 1;
    }

    @Override
    public void readerAdded(int subtask) {
        if (plan.epoch() > 1) {
            // A reader that goes back to an old checkpoint may hold splits of an earlier snapshot.
            coordinator.send(subtask, new StopSnapshot(plan.epoch() - 1));
        }
        toldNoMoreSplits.remove(subtask);
        proceed();
    }

    @Override
    public void splitsBack(List<PgSplit> splits, int subtask) {
        toldNoMoreSplits.remove(subtask);
        tracker.returned(splits.stream().filter(this::isOfThisSnapshot).toList(), subtask);
        proceed();
    }

    private boolean isOfThisSnapshot(PgSplit split) {
        return split instanceof SnapshotSplit snapshot
                ? snapshot.epoch() == plan.epoch()
                : split instanceof RestartSplit restart && restart.epoch() == plan.epoch();
    }

    @Override
    public void event(int subtask, PgSourceEvent event) {
        if (event instanceof SplitsFinished finished) {
            List<String> longSince = new ArrayList<>();
            for (String id : finished.splitIds()) {
                if (!tracker.reported(id, subtask)) {
                    longSince.add(id);
                }
            }
            if (!longSince.isEmpty() && !toldNoMoreSplits.contains(subtask)) {
                coordinator.send(subtask, new SplitsAcknowledged(longSince));
            }
            proceed();
        } else if (event instanceof SnapshotLost lost && lost.epoch() == plan.epoch()) {
            leave(phases.restart(plan, begun(), lost.reason()));
        }
    }

    /**
     * Tells readers what they may forget; one that was told that no more splits come may have
     * ended.
     */
    private void acknowledge(List<String> confirmed) {
        SplitsAcknowledged acknowledged = new SplitsAcknowledged(confirmed);
        coordinator.context().registeredReaders().keySet().stream()
                .filter(subtask -> !toldNoMoreSplits.contains(subtask))
                .toList()
                .forEach(subtask -> coordinator.send(subtask, acknowledged));
    }

    /** Tables of which rows may have been emitted. */
    Set<Integer> begun() {
        Set<Integer> begun = new LinkedHashSet<>(begunEarlier);
        plan.tables().stream()
                .limit(cursor.tablesBegun())
                .forEach(table -> begun.add(table.schema().oid()));
        return begun;
    }

    @Override
    public void checkpointTaken(long checkpointId) {
        tracker.checkpointTaken(checkpointId);
        checkpointsTaken++;
        if (gate != null) {
            gate.checkpointTaken(checkpointId);
        }
    }

    @Override
    public void checkpointCompleted(long checkpointId) {
        List<String> confirmed = tracker.checkpointCompleted(checkpointId);
        if (confirmed.contains(Phases.restartSplitId(plan.epoch()))) {
            begunEarlier.clear();
        }
        if (!confirmed.isEmpty()) {
            acknowledge(confirmed);
        }
        if (gate != null && gate.checkpointCompleted(checkpointId)) {
            handOutIfStillKept();
        }
        proceed();
    }

    /** The checkpoint may have taken long: a keeper that died meanwhile has cost no row yet. */
    private void handOutIfStillKept() {
        phases.whetherKept(
                plan,
                kept -> {
                    if (left) {
                        return;
                    }
                    if (kept) {
                        handsOut = true;
                        proceed();
                    } else {
                        leave(phases.restart(plan, begunEarlier, "its keeper is gone"));
                    }
                });
    }

    /** Does whatever can be done now. */
    private void proceed() {
        if (left || !handsOut) {
            return;
        }
        assign();
        if (cursor.hasNext() || restarting()) {
            return;
        }
        if (bounded()) {
            if (tracker.allReported()) {
                signalNoMoreSplits();
            }
        } else if (!tracker.allConfirmed()) {
            demandCheckpoints();
        } else {
            LOG.info(
                    "Snapshot {} of pipeline {} is complete",
                    plan.epoch(),
                    coordinator.config().pipeline());
            leave(
                    phases.handOver(
                            new StreamSplit(
                                    plan.systemIdentifier(),
                                    plan.timeline(),
                                    StreamPosition.at(plan.consistentPoint()),
                                    plan.schemas())));
        }
    }

    /** Without checkpoints a continuous pipeline would wait here for ever. */
    private void demandCheckpoints() {
        if (waitsForCheckpoint || !tracker.allReported()) {
            return;
        }
        waitsForCheckpoint = true;
        long takenBefore = checkpointsTaken;
        coordinator.later(
                CHECKPOINT_PATIENCE,
                () -> {
                    if (!left && checkpointsTaken == takenBefore) {
                        throw new PipelineFailedException(
                                "Pipeline "
                                        + coordinator.config().pipeline()
                                        + " has read its snapshot and waits for a checkpoint, but"
                                        + " none was taken for "
                                        + CHECKPOINT_PATIENCE.toMinutes()
                                        + " minutes. Turn checkpoints on:"
                                        + " execution.checkpointing.interval: 10s");
                    }
                    waitsForCheckpoint = false;
                });
    }

    /**
     * Hands out as many splits as there are workers, and one more behind each, so that no worker
     * waits for the way to us and back.
     */
    private void assign() {
        while (tracker.begun() < plan.workers()) {
            Integer reader = freeReader();
            PgSplit split = reader == null ? null : nextSplit();
            if (reader == null || split == null) {
                return;
            }
            tracker.assigned(split.splitId(), reader);
            coordinator.context().assignSplit(split, reader);
        }
        SplitTracker.Holding ahead;
        while ((ahead = tracker.withoutSuccessor()) != null && isRegistered(ahead.subtask())) {
            if (!(nextSplit() instanceof SnapshotSplit split)) {
                return;
            }
            tracker.assignedBehind(split.splitId(), ahead.splitId(), ahead.subtask());
            coordinator.context().assignSplit(split.behind(ahead.splitId()), ahead.subtask());
        }
    }

    private boolean isRegistered(int subtask) {
        return coordinator.context().registeredReaders().containsKey(subtask);
    }

    private @Nullable Integer freeReader() {
        Integer reader =
                coordinator.leastLoaded(
                        subtask ->
                                toldNoMoreSplits.contains(subtask)
                                        ? Integer.MAX_VALUE
                                        : tracker.reading(subtask));
        return reader == null || toldNoMoreSplits.contains(reader) ? null : reader;
    }

    private @Nullable PgSplit nextSplit() {
        PgSplit again = tracker.poll();
        if (again != null) {
            return again;
        }
        // Rows of the new snapshot may follow the truncate only when a checkpoint lies between.
        return restarting() ? null : cursor.next();
    }

    /** Whether the truncate of a restarted snapshot isn't behind a completed checkpoint yet. */
    private boolean restarting() {
        String restartId = Phases.restartSplitId(plan.epoch());
        return tracker.held().contains(restartId)
                || tracker.waiting().stream().anyMatch(split -> split.splitId().equals(restartId));
    }

    private void signalNoMoreSplits() {
        phases.finished();
        finished = true;
        for (int subtask : coordinator.context().registeredReaders().keySet()) {
            if (toldNoMoreSplits.add(subtask)) {
                coordinator.context().signalNoMoreSplits(subtask);
            }
        }
    }

    private void leave(Phase next) {
        left = true;
        coordinator.become(next);
    }
}
