package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.Backend;
import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that a pipeline holds in the JobManager: the control connection with the lock
 * that keeps a second job of the pipeline out, and the keeper of the snapshot. Outlives the
 * enumerator for a while, see {@link SessionRegistry}.
 *
 * <p>Every method blocks and is called from the enumerator's I/O thread; {@link #close} from any.
 */
final class PipelineSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineSession.class);

    /**
     * A lock holder that was killed is noticed by the server at once, and one whose host is gone
     * within this time, by the keepalives that each session of ours asks for.
     */
    private static final Duration LOCK_WAIT = Duration.ofSeconds(60);

    /** No session of ours that is in use is idle for so long: the slot is looked at more often. */
    private static final Duration SILENCE = PipelineServer.LOOK_PERIOD.multipliedBy(9);

    private final PgClient client;
    private final @Nullable String lockedSlot;
    private final Duration lockWait;
    private final Duration silence;
    private @Nullable ControlSession control;
    private @Nullable Keeper keeper;
    private @Nullable SnapshotPlan plan;
    private volatile boolean closed;

    /**
     * @param lockedSlot the slot whose lock the session holds; null for a pipeline without a slot
     */
    PipelineSession(PgClient client, @Nullable String lockedSlot) {
        this(client, lockedSlot, LOCK_WAIT);
    }

    PipelineSession(PgClient client, @Nullable String lockedSlot, Duration lockWait) {
        this(client, lockedSlot, lockWait, SILENCE);
    }

    PipelineSession(
            PgClient client, @Nullable String lockedSlot, Duration lockWait, Duration silence) {
        this.client = client;
        this.lockedSlot = lockedSlot;
        this.lockWait = lockWait;
        this.silence = silence;
    }

    /**
     * Who holds the lock of a slot, for messages; null when nobody does, or a session that a job
     * which starts would end.
     */
    static @Nullable String lockHolder(ControlSession control, String slot) throws PgException {
        return control.hasSilentLockHolder(slot, SILENCE) ? null : control.lockHolder(slot);
    }

    /** Something to ask over the control connection. */
    @FunctionalInterface
    interface Call<T> {
        T ask(ControlSession control) throws PgException;
    }

    /** Asks over the control connection; opens it, and takes the lock, where that is needed. */
    synchronized <T> T ask(Call<T> call) throws PgException {
        ControlSession open = control;
        if (open == null) {
            open = connect();
            control = open;
        }
        try {
            return call.ask(open);
        } catch (PgException e) {
            if (e.recovery() == PgException.Recovery.RETRY) {
                control = null;
                open.close();
            }
            throw e;
        }
    }

    /** Something to do over the control connection that gives no result. */
    @FunctionalInterface
    interface Order {
        void give(ControlSession control) throws PgException;
    }

    /** Has something done over the control connection, as {@link #ask} does. */
    void tell(Order order) throws PgException {
        ask(
                control -> {
                    order.give(control);
                    return control;
                });
    }

    /** The replication slot; null when there is none of this name. */
    @Nullable SlotState slot(String name) throws PgException {
        return ask(control -> Optional.ofNullable(control.slot(name))).orElse(null);
    }

    /** See {@link ControlSession#heldUpAtItsEnd}. */
    @Nullable Backend heldUpAtItsEnd(String slot) throws PgException {
        return ask(control -> Optional.ofNullable(control.heldUpAtItsEnd(slot))).orElse(null);
    }

    private ControlSession connect() throws PgException {
        if (closed) {
            throw PgException.tryAgain("The session of the pipeline was closed");
        }
        ControlSession opened = client.openControl();
        try {
            if (lockedSlot != null) {
                lock(opened, lockedSlot);
            }
            return opened;
        } catch (PgException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void lock(ControlSession control, String slot) throws PgException {
        long deadline = System.nanoTime() + lockWait.toNanos();
        while (!control.tryLock(slot)) {
            if (control.endSilentLockHolder(slot, silence)) {
                LOG.warn("Ended a session of an earlier run that still held the lock on {}", slot);
            }
            if (System.nanoTime() > deadline) {
                throw PgException.waitFor(
                        "Another job already runs this pipeline: slot \""
                                + slot
                                + "\" is locked by "
                                + control.lockHolder(slot)
                                + ". Stop that job, or give this pipeline another name");
            }
            pause(Duration.ofMillis(250));
        }
    }

    /** Waits on the I/O thread; ends at once when the enumerator is closed. */
    static void pause(Duration time) throws PgException {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PgException.tryAgain("Interrupted while waiting for the server");
        }
    }

    /** Keeps a snapshot and the plan made for it. */
    synchronized void keep(Keeper newKeeper, SnapshotPlan newPlan) {
        releaseSnapshot();
        keeper = newKeeper;
        plan = newPlan;
    }

    /** The plan of the snapshot that is kept, when its keeper still lives; else null. */
    synchronized @Nullable SnapshotPlan livePlan() {
        return keeper != null && keeper.isAlive() ? plan : null;
    }

    /** Whether the snapshot of this plan is kept and its keeper lives. */
    boolean keeps(SnapshotPlan wanted) {
        SnapshotPlan kept = livePlan();
        return kept != null && kept.snapshot().equals(wanted.snapshot());
    }

    /** Whether a snapshot is kept. */
    synchronized boolean keepsSnapshot() {
        return keeper != null;
    }

    /** Ends the keeper, if there is one. */
    synchronized void releaseSnapshot() {
        if (keeper != null) {
            LOG.info("Releasing the exported snapshot");
            keeper.close();
            keeper = null;
            plan = null;
        }
    }

    @Override
    public void close() {
        closed = true;
        closeConnections();
    }

    private synchronized void closeConnections() {
        releaseSnapshot();
        if (control != null) {
            control.close();
            control = null;
        }
    }
}
