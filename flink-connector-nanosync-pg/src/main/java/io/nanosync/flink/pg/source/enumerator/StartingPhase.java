package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.enumerator.server.Beginning;
import io.nanosync.flink.pg.source.enumerator.server.PipelineServer;
import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.RestartSplit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Waits for the server: first preparation, taking up a state, or taking a snapshot anew. Readers
 * may register meanwhile; there is nothing for them yet.
 */
final class StartingPhase implements Phase {

    private final EnumeratorThreads threads;
    private final Consumer<Next> next;
    private final EnumeratorState state;
    private final boolean holdsPipeline;
    private final Callable<Next> preparation;
    private final List<Consumer<Phase>> early = new ArrayList<>();

    /**
     * @param state what checkpoints hold meanwhile: the state that is being taken up
     * @param holdsPipeline see {@link #holdsPipeline()}
     * @param preparation runs on the I/O thread
     */
    private StartingPhase(
            EnumeratorThreads threads,
            Consumer<Next> next,
            EnumeratorState state,
            boolean holdsPipeline,
            Callable<Next> preparation) {
        this.threads = threads;
        this.next = next;
        this.state = state;
        this.holdsPipeline = holdsPipeline;
        this.preparation = preparation;
    }

    /** Begins a pipeline that has no state. */
    static StartingPhase begin(
            EnumeratorThreads threads, PipelineServer server, Consumer<Next> next) {
        return new StartingPhase(
                threads,
                next,
                new EnumeratorState.Starting(),
                false,
                () -> begun(server.begin(), threads.config()));
    }

    /** Takes up a state. */
    static StartingPhase resume(
            EnumeratorThreads threads,
            PipelineServer server,
            Consumer<Next> next,
            EnumeratorCheckpoint restored) {
        EnumeratorState state = restored.state();
        return state instanceof EnumeratorState.Starting
                ? begin(threads, server, next)
                : new StartingPhase(
                        threads,
                        next,
                        state,
                        false,
                        () -> {
                            server.requireNewest(restored.lineage());
                            Next after = resumed(server, threads.config(), state);
                            server.goesOn(restored.lineage());
                            return after;
                        });
    }

    /** Takes another snapshot; no row of the lost one can come any more. */
    static StartingPhase takeAnew(
            EnumeratorThreads threads,
            PipelineServer server,
            Consumer<Next> next,
            LostSnapshot lost) {
        return new StartingPhase(
                threads,
                next,
                new EnumeratorState.Restarting(lost),
                true,
                () -> begun(server.restart(lost), lost.emitted(), threads.config()));
    }

    static Next begun(Beginning beginning, SourceConfig config) {
        return begun(beginning, Set.of(), config);
    }

    /**
     * What comes then.
     *
     * @param emitted OIDs of the tables of which rows may have been emitted under a lost snapshot
     */
    private static Next begun(Beginning beginning, Set<Integer> emitted, SourceConfig config) {
        if (beginning instanceof Beginning.FromSnapshot snapshot) {
            return read(snapshot.plan(), emitted, config);
        }
        if (beginning instanceof Beginning.GoesOn goesOn) {
            return goesOn.beginsTables() && config.awaitCheckpoint()
                    ? new Next.HandOver(goesOn.stream())
                    : new Next.Stream(goesOn.stream());
        }
        RunningStream stream = RunningStream.of(((Beginning.FromStream) beginning).stream(), 0);
        // A stream without a snapshot waits for one checkpoint as well, so that its start isn't
        // forgotten behind rows already sent; and so does what is added to one.
        return config.awaitCheckpoint() ? new Next.HandOver(stream) : new Next.Stream(stream);
    }

    private static Next resumed(PipelineServer server, SourceConfig config, EnumeratorState state)
            throws IOException {
        if (state instanceof EnumeratorState.Snapshotting snapshotting) {
            // Where nothing is left to hand out, readers tell what they still need: nothing, most
            // often, and a bounded job that had ended but for its last checkpoint just ends.
            return switch (server.resume(snapshotting.plan())) {
                case KEPT -> new Next.ReadSnapshot(snapshotting, false);
                case LOST ->
                        snapshotting.isHandedOut()
                                ? new Next.ReadSnapshot(snapshotting, false)
                                : Next.lost(
                                        config,
                                        snapshotting.lost(),
                                        "its keeper is gone: the JobManager process or the server"
                                                + " was restarted");
                case OUTDATED ->
                        Next.lost(
                                config,
                                snapshotting.lost(),
                                "other tables are configured now than when this state was taken");
            };
        }
        if (state instanceof EnumeratorState.Restarting restarting) {
            server.resumeLost(restarting.lost().plan());
            return Next.lost(config, restarting.lost(), "lost before a restart of the job");
        }
        if (state instanceof EnumeratorState.HandingOver handingOver) {
            RunningStream goesOn = server.resume(handingOver.stream());
            return goesOn == null
                    ? new Next.Alter(handingOver.stream())
                    : new Next.HandOver(goesOn);
        }
        if (state instanceof EnumeratorState.Streaming streaming) {
            RunningStream goesOn = server.resumeStream(streaming.stream());
            return goesOn == null ? new Next.Alter(streaming.stream()) : new Next.Stream(goesOn);
        }
        throw new IllegalStateException("Nothing takes up " + state);
    }

    /** Where rows were emitted of what is read now, a truncate goes out first. */
    private static Next read(SnapshotPlan plan, Set<Integer> emitted, SourceConfig config) {
        List<PgSplit> first = new ArrayList<>();
        List<TableSchema> tables = plan.takenBack(emitted);
        if (!tables.isEmpty()) {
            first.add(
                    new RestartSplit(
                            RestartSplit.id(plan.epoch()),
                            plan.epoch(),
                            plan.consistentPoint(),
                            tables));
        }
        return new Next.ReadSnapshot(
                EnumeratorState.Snapshotting.begin(
                        plan,
                        first,
                        tables.stream().map(TableSchema::oid).collect(Collectors.toSet())),
                rowsWait(config));
    }

    private static boolean rowsWait(SourceConfig config) {
        return config.awaitCheckpoint() && !(config.startup() instanceof StartupMode.Snapshot);
    }

    @Override
    public void enter() {
        threads.async(preparation, next);
    }

    /** Tells the phase that came next what readers reported meanwhile. */
    void tell(Supplier<Phase> present) {
        early.forEach(call -> call.accept(present.get()));
        early.clear();
    }

    @Override
    public EnumeratorState state() {
        return state;
    }

    @Override
    public boolean holdsPipeline() {
        return holdsPipeline;
    }

    @Override
    public int number() {
        return 0;
    }

    @Override
    public void splitsBack(List<PgSplit> splits, int subtask) {
        early.add(phase -> phase.splitsBack(splits, subtask));
    }

    @Override
    public void event(int subtask, PgSourceEvent event) {
        // Restored readers report as soon as they run, which may be before the server has answered.
        early.add(phase -> phase.event(subtask, event));
    }
}
