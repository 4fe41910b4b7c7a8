package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.split.RestartSplit;
import io.nanosync.flink.pg.source.split.StreamSplit;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the phases and says which follows which:
 *
 * <pre>
 * starting → snapshot → hand-over → stream
 *    ↑          ↓
 *    └─────  restart (the snapshot was lost)
 * </pre>
 */
final class Phases {

    private final Coordinator coordinator;
    private final SourceConfig config;
    private final PgClient client;
    private final SessionRegistry registry;
    private final Consumer<SnapshotPlan> estimates;
    private final boolean hasSlot;
    private volatile String sessionKey;
    private volatile @Nullable PipelineSession session;
    private @Nullable SlotWatch watch;
    private volatile boolean done;

    /**
     * @param estimates registers the estimated rows of the plan's tables as metrics
     */
    Phases(
            Coordinator coordinator,
            SourceConfig config,
            PgClient client,
            SessionRegistry registry,
            Consumer<SnapshotPlan> estimates) {
        this.coordinator = coordinator;
        this.config = config;
        this.client = client;
        this.registry = registry;
        this.estimates = estimates;
        this.hasSlot = !(config.startup() instanceof StartupMode.Snapshot);
        this.sessionKey = hasSlot ? Preparation.key(config, null) : "snapshot " + UUID.randomUUID();
    }

    static String restartSplitId(int epoch) {
        return "restart-" + epoch;
    }

    /** Begins a pipeline that has no state. */
    Phase begin() {
        return new StartingPhase(
                coordinator,
                new EnumeratorState.Starting(),
                () -> {
                    Preparation.Beginning beginning = preparation().begin();
                    if (beginning instanceof Preparation.Beginning.FromStream stream) {
                        return streamAfterCheckpoint(stream.stream());
                    }
                    SnapshotPlan plan = ((Preparation.Beginning.FromSnapshot) beginning).plan();
                    return snapshot(plan, new SplitTracker(), Set.of(), rowsWait());
                });
    }

    /** Takes up a state. */
    Phase resume(EnumeratorState state) {
        if (state instanceof EnumeratorState.Starting) {
            return begin();
        }
        return new StartingPhase(
                coordinator,
                state,
                () -> {
                    if (state instanceof EnumeratorState.Snapshotting snapshotting) {
                        return resumeSnapshot(snapshotting);
                    }
                    PipelineSession open = open();
                    if (state instanceof EnumeratorState.Restarting restarting) {
                        Preparation.requireSameServer(
                                open.ask(ControlSession::identity),
                                restarting.lost().systemIdentifier());
                        return restart(
                                restarting.lost(),
                                new LinkedHashSet<>(restarting.begun()),
                                "lost before a restart of the job");
                    }
                    if (state instanceof EnumeratorState.HandingOver handingOver) {
                        requireTables(open, handingOver.stream().tables());
                        return handOver(handingOver.stream());
                    }
                    EnumeratorState.Streaming streaming = (EnumeratorState.Streaming) state;
                    // Asking once takes the lock that keeps a second job of this pipeline out.
                    open.ask(ControlSession::identity);
                    return new StreamPhase(coordinator, streaming.waiting(), streaming.tables());
                });
    }

    private Phase resumeSnapshot(EnumeratorState.Snapshotting state) throws PgException {
        SnapshotPlan plan = state.plan();
        if (!hasSlot) {
            sessionKey = Preparation.key(config, plan.snapshot().contents());
        }
        PipelineSession open = open();
        Preparation.requireSameServer(open.ask(ControlSession::identity), plan.systemIdentifier());
        requireTables(open, plan.schemas());
        SplitTracker tracker = SplitTracker.restored(state.waiting(), state.held());
        SnapshotPhase resumed =
                new SnapshotPhase(
                        coordinator,
                        this,
                        plan,
                        state.cursor(),
                        tracker,
                        new HashSet<>(state.begunEarlier()),
                        null);
        return open.keeps(plan)
                ? resumed
                : restart(
                        plan,
                        resumed.begun(),
                        "its keeper is gone: the JobManager process or the server was restarted");
    }

    private void requireTables(PipelineSession open, List<TableSchema> captured)
            throws PgException {
        Set<String> configured = new LinkedHashSet<>();
        open.ask(control -> Captured.names(control, config.tables()))
                .forEach(name -> configured.add(name.toString()));
        Set<String> known = new LinkedHashSet<>();
        captured.forEach(table -> known.add(table.name().toString()));
        if (!configured.equals(known)) {
            throw new PgException(
                    "Pipeline "
                            + config.pipeline()
                            + " captures "
                            + configured
                            + ", its state "
                            + known
                            + ". Adding or removing tables of a running pipeline isn't supported"
                            + " yet: restore the former list, or give the pipeline another name for"
                            + " a fresh snapshot");
        }
    }

    /** The snapshot is read. */
    Phase handOver(StreamSplit stream) {
        return new HandOverPhase(coordinator, this, stream);
    }

    /** The stream begins. */
    Phase stream(StreamSplit stream) {
        return new StreamPhase(
                coordinator, stream, stream.tables().stream().map(TableSchema::oid).toList());
    }

    /**
     * A stream without a snapshot waits for one checkpoint as well, so that its start isn't
     * forgotten behind rows already sent.
     */
    private Phase streamAfterCheckpoint(StreamSplit stream) {
        return config.awaitCheckpoint() ? handOver(stream) : stream(stream);
    }

    /** The snapshot can't be read any more. */
    Phase restart(SnapshotPlan lost, Set<Integer> begun, String reason) {
        if (!begun.isEmpty() && !config.restartsSnapshot()) {
            coordinator.fail(
                    new PgException(
                            "The snapshot of pipeline "
                                    + config.pipeline()
                                    + " was lost ("
                                    + reason
                                    + ") after rows of it had been emitted, and a SQL changelog has"
                                    + " no way to take them back. Start the job again without its"
                                    + " state, with an empty sink"
                                    + (hasSlot
                                            ? ", after: SELECT pg_drop_replication_slot('"
                                                    + config.slot()
                                                    + "')"
                                            : "")));
        }
        return new RestartPhase(coordinator, this, lost, begun, reason);
    }

    /** Takes the snapshot anew. */
    Phase newSnapshot(SnapshotPlan lost, Set<Integer> begun) {
        return new StartingPhase(
                coordinator,
                new EnumeratorState.Restarting(lost, List.copyOf(begun)),
                () -> {
                    SnapshotPlan plan = preparation().restart(lost);
                    SplitTracker tracker = new SplitTracker();
                    if (!begun.isEmpty()) {
                        List<TableSchema> tables =
                                plan.schemas().stream()
                                        .filter(table -> begun.contains(table.oid()))
                                        .toList();
                        tracker.enqueue(
                                new RestartSplit(
                                        restartSplitId(plan.epoch()),
                                        plan.epoch(),
                                        plan.consistentPoint(),
                                        tables,
                                        false));
                    }
                    return snapshot(plan, tracker, begun, rowsWait());
                });
    }

    private Phase snapshot(
            SnapshotPlan plan,
            SplitTracker tracker,
            Set<Integer> begun,
            @Nullable CheckpointGate gate) {
        if (!hasSlot) {
            String newKey = Preparation.key(config, plan.snapshot().contents());
            registry.rename(sessionKey, newKey);
            sessionKey = newKey;
        }
        return new SnapshotPhase(
                coordinator, this, plan, SnapshotCursor.Position.START, tracker, begun, gate);
    }

    private @Nullable CheckpointGate rowsWait() {
        return config.awaitCheckpoint() && hasSlot ? new CheckpointGate() : null;
    }

    private Preparation preparation() throws PgException {
        return new Preparation(config, client, open());
    }

    private PipelineSession open() throws PgException {
        PipelineSession open = session;
        if (open == null) {
            open =
                    registry.acquire(
                            sessionKey,
                            () -> new PipelineSession(client, hasSlot ? config.slot() : null));
            session = open;
        }
        return open;
    }

    /** Registers metrics of a snapshot, and from now on watches the slot. */
    void registerEstimates(SnapshotPlan plan) {
        estimates.accept(plan);
    }

    /**
     * From now on the slot has to be there: watches it. Called when a phase other than starting is
     * entered.
     */
    void watchSlot() {
        PipelineSession open = session;
        if (hasSlot && watch == null && open != null) {
            watch = new SlotWatch(coordinator, config, open);
            watch.start();
        }
    }

    /** Bytes by which the slot lags, as the watch saw it last. */
    long slotLagBytes() {
        return watch == null ? 0 : watch.lagBytes();
    }

    /** Finds out whether a plan's snapshot is still kept. */
    void whetherKept(SnapshotPlan plan, Consumer<Boolean> then) {
        PipelineSession open = Objects.requireNonNull(session, "a plan has a session");
        coordinator.async(() -> open.keeps(plan), then);
    }

    /** The snapshot isn't needed any more. */
    void releaseSnapshot() {
        PipelineSession open = session;
        if (open != null) {
            coordinator.async(
                    () -> {
                        open.releaseSnapshot();
                        return open;
                    },
                    released -> {});
        }
    }

    /** All rows of a bounded snapshot were emitted: the snapshot needn't outlive the enumerator. */
    void finished() {
        done = true;
    }

    /** Gives the session back, if one was taken. */
    void close() {
        if (session != null) {
            registry.release(sessionKey, !done);
        }
    }
}
