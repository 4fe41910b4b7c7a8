package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.drift.DriftReport;
import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipeline's part on the server: its session with lock and keeper, which outlives the
 * enumerator for a while, its slot, what is watched.
 *
 * <p>Every method blocks and is called from the enumerator's I/O thread, except those that say
 * otherwise.
 */
public final class PipelineServer {

    /** How often {@link #look} is to be called. */
    public static final Duration LOOK_PERIOD = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(PipelineServer.class);

    /** How long to wait for a primary at a start; a restart of the job waits again. */
    private static final Duration PRIMARY_WAIT = Duration.ofSeconds(60);

    private final SourceConfig config;
    private final PgClient client;
    private final SessionRegistry registry;
    private final boolean hasSlot;
    private final NewestState newest;
    private final ResnapshotRequests requests;
    private final PauseFiles pauses;
    private final PipelineWatch watch;
    private volatile String sessionKey;
    private volatile @Nullable PipelineSession session;
    private final AtomicReference<@Nullable Lineage> unrecorded = new AtomicReference<>();
    private volatile boolean finished;

    public PipelineServer(SourceConfig config, PgClient client, SessionRegistry registry) {
        this.config = config;
        this.client = client;
        this.registry = registry;
        this.hasSlot = !(config.startup() instanceof StartupMode.Snapshot);
        this.newest = new NewestState(config);
        this.requests = new ResnapshotRequests(config);
        this.pauses = new PauseFiles(config);
        this.watch = new PipelineWatch(config, this::open);
        this.sessionKey = hasSlot ? key(null) : "snapshot " + UUID.randomUUID();
    }

    /** Begins a pipeline that has no state. */
    public Beginning begin() throws IOException {
        awaitPrimary();
        // All is read now: what was asked for before is done with it.
        List<ResnapshotRequests.Request> asked = requests.unknown(List.of());
        Beginning beginning = preparation().begin();
        if (hasSlot) {
            newest.withdraw();
        }
        requests.remove(ResnapshotRequests.ids(asked));
        if (beginning instanceof Beginning.FromSnapshot snapshot) {
            own(snapshot.plan());
            watch.at(snapshot.plan());
        } else if (beginning instanceof Beginning.FromStream stream) {
            watch.at(stream.stream());
        }
        return beginning;
    }

    /**
     * Takes the lock that keeps a second job of the pipeline out, and looks whether another one has
     * gone on from the state that is about to be taken up.
     *
     * @param restored of that state; null when it has none
     * @throws PgException when the state is older than the newest one
     */
    public void requireNewest(@Nullable Lineage restored) throws IOException {
        if (hasSlot) {
            awaitPrimary();
            open().ask(ControlSession::identity);
            newest.require(restored);
        }
    }

    /** The pipeline goes on from a state: none is accepted any more that doesn't follow it. */
    public void goesOn(@Nullable Lineage restored) throws IOException {
        if (hasSlot) {
            // The lock may have been lost and taken again while the server was asked.
            newest.require(restored);
        }
        if (restored != null) {
            completed(restored);
            recordNewest();
        }
    }

    /**
     * A checkpoint has completed with this state: {@link #recordNewest} is to be called. From any
     * thread.
     */
    public void completed(Lineage state) {
        if (hasSlot) {
            unrecorded.set(state);
        }
    }

    /**
     * Records the newest state with which a checkpoint has completed. Where it can't be done, the
     * next one is.
     */
    public void recordNewest() {
        Lineage state = unrecorded.get();
        if (state == null) {
            return;
        }
        try {
            newest.record(state);
            unrecorded.compareAndSet(state, null);
        } catch (IOException | RuntimeException e) {
            // Clients of object stores throw either; the stream can go on without the record.
            LOG.warn(
                    "Cannot record in {} which state of pipeline {} is the newest, so a start from"
                            + " an older one might not be noticed: {}",
                    config.stateDir(),
                    config.pipeline(),
                    e.toString());
        }
    }

    /** A checkpoint has completed behind rows of this snapshot. */
    public void delivered(SnapshotPlan plan) {
        try {
            new DeliveryRecord(config)
                    .write(plan.timeline().systemIdentifier(), plan.consistentPoint());
        } catch (IOException e) {
            LOG.warn(
                    "Cannot record in {} that rows of pipeline {} were delivered, so a start"
                            + " without its state would not be noticed: {}",
                    config.stateDir(),
                    config.pipeline(),
                    e.toString());
        }
    }

    /** Takes another snapshot in place of one that was lost, if there is still one to be read. */
    public Beginning restart(LostSnapshot lost) throws IOException {
        awaitPrimary();
        requireOrder(lost);
        SnapshotPlan.Extended extended = lost.plan().extended();
        Beginning beginning =
                extended == null
                        ? new Beginning.FromSnapshot(preparation().restart(lost))
                        : alterAgain(new LostAddition(lost, extended));
        if (beginning instanceof Beginning.FromSnapshot snapshot) {
            own(snapshot.plan());
            watch.at(snapshot.plan());
        }
        return beginning;
    }

    private Beginning alterAgain(LostAddition lost) throws PgException {
        return preparation()
                .alteration()
                .alterAgain(
                        lost,
                        tables(lost.stream().tables())
                                .beside(lost.stream(), lost.extended().again()));
    }

    /** What is found of a snapshot that was being read. */
    public enum Found {
        /** It is kept. */
        KEPT,
        /** Its keeper is gone. */
        LOST,
        /** It is of tables that were added, and others are configured now. */
        OUTDATED
    }

    /** Takes up a pipeline that was reading its snapshot. */
    public Found resume(SnapshotPlan plan) throws PgException {
        if (!hasSlot) {
            sessionKey = key(plan.snapshot());
        }
        resumeLost(plan);
        if (plan.extended() != null && !tables(plan.captured()).are(plan.captured())) {
            return Found.OUTDATED;
        }
        watch.at(plan);
        if (!open().keeps(plan)) {
            // What was captured under it may be taken anew as well.
            return Found.LOST;
        }
        watch.checkContract();
        return Found.KEPT;
    }

    /**
     * Takes up a pipeline whose snapshot is read.
     *
     * @return what goes on when it captures what is configured now; null when {@link #alter} is to
     *     be called
     */
    public @Nullable RunningStream resume(RunningStream stream) throws IOException {
        RunningStream goesOn = resumeStream(stream);
        if (goesOn != null) {
            watch.at(goesOn);
            watch.checkContract();
        }
        return goesOn;
    }

    /**
     * Takes up a pipeline that streams: takes the lock that keeps a second job of it out. What is
     * captured is watched by the reader, which knows how far it is.
     *
     * @return what goes on when it captures what is configured now, and no table is to be read
     *     again; null when {@link #alter} is to be called
     */
    public @Nullable RunningStream resumeStream(RunningStream stream) throws IOException {
        requireStreaming(true);
        awaitPrimary();
        List<ResnapshotRequests.Request> asked = requests.unknown(stream.requests());
        return tables(stream.tables()).beside(stream, ResnapshotRequests.tables(asked)).isNone()
                ? withoutEffect(stream, asked)
                : null;
    }

    /** What isn't captured isn't read again. */
    private RunningStream withoutEffect(
            RunningStream stream, List<ResnapshotRequests.Request> asked) {
        if (asked.isEmpty()) {
            return stream;
        }
        LOG.warn(
                "Pipeline {} was asked to read {} again, which it doesn't capture",
                config.pipeline(),
                ResnapshotRequests.tables(asked));
        return stream.answering(requests.remove(ResnapshotRequests.ids(asked)));
    }

    /** Names of the tables that this stream is asked to read again from now on. */
    public List<QualifiedName> askedAgain(RunningStream stream) {
        try {
            return ResnapshotRequests.tables(requests.unknown(stream.requests()));
        } catch (IOException e) {
            // Nothing that a stream has to stop for: it is looked at again.
            LOG.warn(
                    "Can't see what pipeline {} is asked for: {}", config.pipeline(), e.toString());
            return List.of();
        }
    }

    /**
     * Adds tables to a stream that stands still, removes tables from it, and has tables read again.
     *
     * @param held as its reader has it
     */
    public Beginning alter(RunningStream stream, StreamSplit held) throws IOException {
        RunningStream named = stream.named(held.tables());
        List<ResnapshotRequests.Request> asked = requests.unknown(named.requests());
        AlteredTables altered =
                tables(named.tables()).beside(named, ResnapshotRequests.tables(asked));
        if (altered.isNone()) {
            return new Beginning.GoesOn(withoutEffect(named, asked));
        }
        RunningStream answering = named.answering(ResnapshotRequests.ids(asked));
        Beginning beginning = preparation().alteration().alter(answering, held, altered);
        if (beginning instanceof Beginning.FromSnapshot snapshot) {
            watch.at(snapshot.plan());
        }
        return beginning;
    }

    /**
     * Does what an altered stream leaves to be done when a checkpoint has it: tables that aren't
     * captured any more leave the pipeline's own publication, and what was asked for is done.
     *
     * @return the requests that can't be taken away; null when all is to be tried again
     */
    public @Nullable List<String> settle(RunningStream stream) throws IOException {
        List<Integer> removed = stream.removed();
        return removed.isEmpty() || new Unpublishing(config, open()).run(removed)
                ? requests.remove(stream.requests())
                : null;
    }

    /** State of version 1 has no contract: there the slot tells. */
    private boolean isFollowed(SnapshotPlan plan) throws PgException {
        if (plan.contract() != null || !hasSlot) {
            return plan.contract() != null;
        }
        SlotState slot = open().slot(config.slot());
        return slot != null && plan.streamStart().equals(slot.confirmedFlush());
    }

    /**
     * State of a bounded snapshot knows no place in the WAL from which changes would follow it, and
     * a stream that is restored as a bounded snapshot would be watched by nobody.
     */
    private void requireStreaming(boolean streams) throws PgException {
        if (streams != hasSlot) {
            throw PgException.needsPerson(
                    "The state that is being restored is of a pipeline that "
                            + (streams
                                    ? "streams changes, and startup_mode is snapshot now: it reads"
                                            + " a bounded snapshot"
                                    : "reads a bounded snapshot, and startup_mode says now to"
                                            + " stream changes too")
                            + ". Set startup_mode as it was, or start without the state");
        }
    }

    /** See {@link PipelineWatch#upToDate(SnapshotPlan)}. From any thread. */
    public SnapshotPlan upToDate(SnapshotPlan plan) {
        return watch.upToDate(plan);
    }

    /** See {@link PipelineWatch#upToDate(RunningStream)}. From any thread. */
    public RunningStream upToDate(RunningStream stream) {
        return watch.upToDate(stream);
    }

    /**
     * A reader streams: from now on it watches what is captured, and confirms to the slot. From any
     * thread.
     */
    public void streams() {
        watch.end();
    }

    /** Takes up a pipeline whose snapshot was lost and has to be taken anew. */
    public void resumeLost(SnapshotPlan plan) throws PgException {
        awaitPrimary();
        requireStreaming(isFollowed(plan));
        Preparation.requireSameServer(
                config, open().ask(ControlSession::identity), plan.timeline());
        if (plan.extended() == null) {
            tables(plan.captured()).require(plan.captured());
        }
    }

    /**
     * Rows are put in order by LSN: what is read in place of others may not come in front of them.
     * A bounded snapshot, which nothing follows, is just given a later one.
     */
    private void requireOrder(LostSnapshot lost) throws PgException {
        if (!hasSlot) {
            return;
        }
        Lsn end = open().ask(ControlSession::currentLsn);
        Lsn emitted = lost.plan().consistentPoint();
        if (emitted.isAfter(end) && !lost.emitted().isEmpty()) {
            throw PgException.needsPerson(
                    "The snapshot of pipeline "
                            + config.pipeline()
                            + " was taken at LSN "
                            + emitted
                            + ", and the WAL of the server at "
                            + config.connection().address()
                            + " ends at "
                            + end
                            + ": it was set back, for example to a copy of its disk, or is a"
                            + " standby that was promoted before it had so much. What is read from"
                            + " it now would come in front of what was read before. "
                            + FreshSnapshot.remedy(config));
        }
    }

    private ConfiguredTables tables(List<RunningStream.Table> captured) throws PgException {
        return ConfiguredTables.of(config, open(), captured);
    }

    /**
     * Whether a person has accepted what the stream waits for. Says what that is, as long as nobody
     * has.
     */
    public boolean isAccepted(DriftReport report) {
        try {
            if (pauses.isAccepted(report)) {
                return true;
            }
            pauses.pause(report);
        } catch (IOException e) {
            // Nothing that a stream has to end for: it is looked at again.
            LOG.warn(
                    "Can't ask whether pipeline {} may go on: {}", config.pipeline(), e.toString());
        }
        return false;
    }

    /** A checkpoint has what was accepted. */
    public void forgetDrifts(List<String> drifts) {
        pauses.remove(drifts);
    }

    /** The stream isn't known to wait for a person. */
    public void forgetPauses() {
        pauses.removePauses();
    }

    /** Whether a plan's snapshot is kept and its keeper lives. */
    public boolean keeps(SnapshotPlan plan) throws PgException {
        return open().keeps(plan);
    }

    /**
     * What is still read needs no keeper: nothing is taken anew any more when what it needs is
     * lost. From any thread.
     */
    public void readsWithoutKeeper() {
        watch.withoutSnapshot();
    }

    /** The snapshot isn't needed any more. */
    public void releaseSnapshot() {
        watch.withoutSnapshot();
        PipelineSession open = session;
        if (open != null) {
            open.releaseSnapshot();
        }
    }

    /** See {@link PipelineWatch#look}. */
    public void look() throws PgException {
        if (hasSlot) {
            watch.look();
        }
    }

    /** The slot as it was seen last; null when it wasn't. From any thread. */
    public @Nullable SlotState slotSeen() {
        return watch.slotSeen();
    }

    /**
     * All rows of a bounded snapshot were emitted: the snapshot needn't outlive the enumerator.
     * From any thread.
     */
    public void finished() {
        finished = true;
    }

    /** Gives the session back, if one was taken. From any thread, when nothing else runs. */
    public void close() {
        if (session == null) {
            return;
        }
        try {
            // The thread may have been interrupted to end it, and a file isn't written then.
            Thread.interrupted();
            recordNewest();
        } finally {
            registry.release(sessionKey, !finished);
        }
    }

    /**
     * Of several hosts a standby may answer first while another one is being promoted: waits for
     * the primary. A single host that is a standby is left to the checks that say what is wrong
     * with it.
     */
    private void awaitPrimary() throws PgException {
        if (!hasSlot || config.connection().hosts().size() == 1) {
            return;
        }
        long deadline = System.nanoTime() + PRIMARY_WAIT.toNanos();
        while (true) {
            try {
                open().ask(control -> PipelineWatch.requirePrimary(config, control));
                return;
            } catch (PgException e) {
                if (e.recovery() == PgException.Recovery.FAIL || System.nanoTime() > deadline) {
                    throw e;
                }
                LOG.info(
                        "Waiting for the primary of pipeline {}: {}",
                        config.pipeline(),
                        e.getMessage());
                PipelineSession.pause(Duration.ofSeconds(1));
            }
        }
    }

    private Preparation preparation() throws PgException {
        return new Preparation(config, client, open(), registry.madeSlots());
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

    /** A pipeline without a slot is known by its snapshot. */
    private void own(SnapshotPlan plan) {
        if (!hasSlot) {
            String newKey = key(plan.snapshot());
            registry.rename(sessionKey, newKey);
            sessionKey = newKey;
        }
    }

    /**
     * For messages and registry keys: which pipeline of which database. The contents of a snapshot
     * don't tell it from another one on an idle database; its id does, as long as it is kept.
     */
    private String key(@Nullable SnapshotIdentity snapshot) {
        return config.connection().address()
                + "/"
                + config.connection().database()
                + (snapshot == null
                        ? ", slot " + config.slot()
                        : ", snapshot " + snapshot.id() + " of " + snapshot.contents());
    }
}
