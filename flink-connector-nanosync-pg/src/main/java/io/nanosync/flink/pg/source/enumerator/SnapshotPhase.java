package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.enumerator.server.PipelineServer;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotCursor;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.enumerator.snapshot.SplitCounts;
import io.nanosync.flink.pg.source.enumerator.snapshot.SplitTracker;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotGranted;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotLost;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsAcknowledged;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsFinished;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StopSnapshot;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.RestartSplit;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out snapshot splits, at most {@code workers} at a time over the whole job, until every one
 * is finished for good.
 */
final class SnapshotPhase implements Phase {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotPhase.class);

    private final EnumeratorThreads threads;
    private final PipelineServer server;
    private final Consumer<Next> next;
    private final SnapshotPlan plan;
    private final SnapshotCursor cursor;
    private final SplitTracker tracker;
    private final SplitCounts counts;
    private final Set<Integer> begunEarlier;
    private final @Nullable CheckpointGate gate;
    private final Set<Integer> toldNoMoreSplits = new HashSet<>();
    private final CheckpointPatience beforeTheFirstSplit;
    private final CheckpointPatience behindTheLastSplit;
    private volatile Stage stage;

    /** Whether it was recorded that rows were delivered. */
    private boolean recorded;

    /** How far the phase is. */
    private enum Stage {
        /** No split is handed out before a checkpoint has completed. */
        AWAITS_CHECKPOINT,
        /** Splits are handed out while there are any. */
        HANDS_OUT,
        /**
         * Readers have reported every split. A bounded pipeline is done; a continuous one waits for
         * a checkpoint. A reader that fails brings splits back.
         */
        ALL_READ,
        /** Another phase follows; what comes late is of no interest. */
        LEFT
    }

    /**
     * @param from where the snapshot is
     * @param afterCheckpoint whether a checkpoint has to complete before the first split is handed
     *     out
     */
    SnapshotPhase(
            EnumeratorThreads threads,
            PipelineServer server,
            Consumer<Next> next,
            EnumeratorState.Snapshotting from,
            boolean afterCheckpoint) {
        this.threads = threads;
        this.server = server;
        this.next = next;
        this.plan = from.plan();
        this.cursor = new SnapshotCursor(plan, from.cursor());
        this.tracker = SplitTracker.restored(from.waiting(), from.held());
        this.counts = new SplitCounts(plan);
        this.begunEarlier = new LinkedHashSet<>(from.begunEarlier());
        this.gate = afterCheckpoint ? new CheckpointGate() : null;
        this.beforeTheFirstSplit = new CheckpointPatience(threads, "has taken its snapshot");
        this.behindTheLastSplit = new CheckpointPatience(threads, "has read its snapshot");
        this.stage = afterCheckpoint ? Stage.AWAITS_CHECKPOINT : Stage.HANDS_OUT;
    }

    private boolean bounded() {
        return threads.config().startup() instanceof StartupMode.Snapshot;
    }

    @Override
    public void enter() {
        threads.backlog(false);
        LOG.info(
                "Snapshot {} of pipeline {} begins: {} tables at LSN {}, {} workers",
                plan.epoch(),
                threads.config().pipeline(),
                plan.tables().size(),
                plan.consistentPoint(),
                plan.workers());
        threads.context().registeredReaders().keySet().forEach(this::letReadOn);
        watchKeeper();
        if (stage == Stage.AWAITS_CHECKPOINT) {
            beforeTheFirstSplit.begin();
        }
        proceed();
    }

    @Override
    public EnumeratorState.Snapshotting state() {
        return new EnumeratorState.Snapshotting(
                server.upToDate(plan),
                cursor.position(),
                tracker.waiting(),
                tracker.held(),
                List.copyOf(begunEarlier));
    }

    @Override
    public boolean mayHaveEmitted() {
        return stage != Stage.AWAITS_CHECKPOINT;
    }

    @Override
    public int number() {
        return stage == Stage.ALL_READ && bounded() ? 4 : 1;
    }

    /** How many splits of each table are read by now. */
    List<SplitCounts.OfTable> splitCounts() {
        return counts.all(cursor.position(), tracker.unread());
    }

    /** The same for the tables of these splits alone. */
    List<SplitCounts.OfTable> splitCounts(List<String> splitIds) {
        return counts.of(splitIds, cursor.position(), tracker.unread());
    }

    @Override
    public void readerAdded(int subtask) {
        letReadOn(subtask);
        toldNoMoreSplits.remove(subtask);
        proceed();
    }

    /** A reader may read what it has of this snapshot from a checkpoint. */
    private void letReadOn(int subtask) {
        if (plan.epoch() > 1) {
            // A reader that goes back to an old checkpoint may hold splits of an earlier snapshot.
            threads.send(subtask, new StopSnapshot(plan.epoch() - 1));
        }
        threads.send(subtask, new SnapshotGranted());
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
                threads.send(subtask, new SplitsAcknowledged(longSince));
            }
            proceed();
        } else if (event instanceof SnapshotLost lost && lost.epoch() == plan.epoch()) {
            leave(afterLoss(lost.reason()));
        }
    }

    private Next afterLoss(String reason) {
        // A reader that was told that no more splits come has ended.
        return toldNoMoreSplits.isEmpty()
                ? Next.lost(threads.config(), state().lost(), reason)
                : Next.readersEnded(
                        threads.config(), plan, new TreeSet<>(toldNoMoreSplits), reason);
    }

    /**
     * Tells readers what they may forget; one that was told that no more splits come may have
     * ended.
     */
    private void acknowledge(List<String> confirmed) {
        SplitsAcknowledged acknowledged = new SplitsAcknowledged(confirmed);
        threads.context().registeredReaders().keySet().stream()
                .filter(subtask -> !toldNoMoreSplits.contains(subtask))
                .toList()
                .forEach(subtask -> threads.send(subtask, acknowledged));
    }

    @Override
    public void checkpointTaken(long checkpointId) {
        tracker.checkpointTaken(checkpointId);
        beforeTheFirstSplit.end();
        behindTheLastSplit.end();
        if (gate != null) {
            gate.checkpointTaken(checkpointId);
        }
    }

    @Override
    public void checkpointCompleted(long checkpointId) {
        List<String> confirmed = tracker.checkpointCompleted(checkpointId);
        if (confirmed.contains(RestartSplit.id(plan.epoch()))) {
            begunEarlier.clear();
        }
        if (!confirmed.isEmpty()) {
            acknowledge(confirmed);
        }
        recordDelivery();
        if (gate != null && gate.checkpointCompleted(checkpointId)) {
            handOutIfStillKept();
        }
        proceed();
    }

    /** A checkpoint has completed: when it holds rows, there is a sink that has them. */
    private void recordDelivery() {
        if (recorded || stage == Stage.AWAITS_CHECKPOINT || bounded()) {
            return;
        }
        recorded = true;
        threads.onIoThread(() -> server.delivered(plan));
    }

    /** The checkpoint may have taken long: a keeper that died meanwhile has cost no row yet. */
    private void handOutIfStillKept() {
        threads.async(
                () -> server.keeps(plan),
                kept -> {
                    if (stage != Stage.AWAITS_CHECKPOINT) {
                        return;
                    }
                    if (kept) {
                        stage = Stage.HANDS_OUT;
                        proceed();
                    } else {
                        leave(afterLoss("its keeper is gone"));
                    }
                });
    }

    /** Does whatever can be done now. */
    private void proceed() {
        if (stage == Stage.AWAITS_CHECKPOINT || stage == Stage.LEFT) {
            return;
        }
        boolean restarting = restarting();
        // The truncate needs a checkpoint behind it, and so does the last split.
        threads.backlog(!restarting && (cursor.hasNext() || !tracker.allReported()));
        assign();
        if (restarting || cursor.hasNext() || !tracker.allReported()) {
            stage = Stage.HANDS_OUT;
            behindTheLastSplit.end();
            return;
        }
        stage = Stage.ALL_READ;
        if (bounded()) {
            signalNoMoreSplits();
        } else if (tracker.allConfirmed()) {
            LOG.info(
                    "Snapshot {} of pipeline {} is complete",
                    plan.epoch(),
                    threads.config().pipeline());
            leave(new Next.HandOver(server.upToDate(plan).stream()));
        } else {
            behindTheLastSplit.begin();
        }
    }

    /**
     * Asks the keeper from time to time, so that its loss is noticed, and so that nothing on the
     * way takes the connection, silent else for hours, for dead.
     */
    private void watchKeeper() {
        threads.later(
                threads.timings().keeperPeriod(),
                () -> {
                    if (stage != Stage.LEFT) {
                        threads.async(() -> server.keeps(plan), this::keeperAsked);
                    }
                });
    }

    private void keeperAsked(boolean kept) {
        if (stage == Stage.LEFT) {
            return;
        }
        // Splits that are being read have imported the snapshot and need no keeper.
        if (!kept && (cursor.hasNext() || tracker.hasUnbegun())) {
            leave(afterLoss("its keeper is gone"));
            return;
        }
        if (!kept) {
            server.readsWithoutKeeper();
        }
        watchKeeper();
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
            threads.context().assignSplit(split, reader);
        }
        SplitTracker.Holding ahead;
        while ((ahead = tracker.withoutSuccessor()) != null && isRegistered(ahead.subtask())) {
            if (!(nextSplit() instanceof SnapshotSplit split)) {
                return;
            }
            tracker.assignedBehind(split.splitId(), ahead.splitId(), ahead.subtask());
            threads.context().assignSplit(split.behind(ahead.splitId()), ahead.subtask());
        }
    }

    private boolean isRegistered(int subtask) {
        return threads.context().registeredReaders().containsKey(subtask);
    }

    private @Nullable Integer freeReader() {
        Integer reader =
                threads.leastLoaded(
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
        String restartId = RestartSplit.id(plan.epoch());
        return tracker.held().contains(restartId)
                || tracker.waiting().stream().anyMatch(split -> split.splitId().equals(restartId));
    }

    private void signalNoMoreSplits() {
        server.finished();
        for (int subtask : threads.context().registeredReaders().keySet()) {
            if (toldNoMoreSplits.add(subtask)) {
                threads.context().signalNoMoreSplits(subtask);
            }
        }
    }

    private void leave(Next then) {
        stage = Stage.LEFT;
        next.accept(then);
    }
}
