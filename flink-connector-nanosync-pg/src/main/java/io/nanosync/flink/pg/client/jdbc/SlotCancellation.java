package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgClient.ExportedSlot;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SlotState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the creation of a slot and sees that none is left: by a cancel request, then by terminating
 * the walsender, then by closing its socket.
 */
final class SlotCancellation {

    private static final Logger LOG = LoggerFactory.getLogger(SlotCancellation.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Session walsender;
    private final Session control;
    private final String slot;

    SlotCancellation(Session walsender, Session control, String slot) {
        this.walsender = walsender;
        this.control = control;
        this.slot = slot;
    }

    /** What became of the command. */
    private enum Outcome {
        MADE,
        REFUSED,
        /** The connection broke: the server may go on with it. */
        UNTOLD,
        STILL_RUNS
    }

    /**
     * Undoes what can be undone.
     *
     * @return whether the slot neither is there nor may come; false when that isn't known
     */
    boolean undo(FutureTask<ExportedSlot> task) {
        boolean interrupted = Thread.interrupted();
        Outcome outcome = Outcome.UNTOLD;
        boolean gone = false;
        try {
            outcome = cancel(task);
            walsender.abort();
            gone = awaitGone(outcome == Outcome.MADE || outcome == Outcome.STILL_RUNS);
        } catch (PgException | InterruptedException e) {
            LOG.warn(
                    "Could not make sure that slot \"{}\" on {} is gone. If it is there, run:"
                            + " SELECT pg_drop_replication_slot('{}')",
                    slot,
                    walsender.endpoint(),
                    slot,
                    e);
            interrupted |= e instanceof InterruptedException;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return outcome == Outcome.REFUSED || (outcome != Outcome.UNTOLD && gone);
    }

    private Outcome cancel(FutureTask<ExportedSlot> task) throws PgException, InterruptedException {
        if (!task.isDone()) {
            try {
                walsender.connection().cancelQuery();
            } catch (SQLException e) {
                LOG.debug("Cancel request to {} failed", walsender.endpoint(), e);
            }
        }
        if (!ends(task)) {
            control.one(
                    "terminate the walsender that creates slot \"" + slot + "\"",
                    "SELECT pg_terminate_backend(?)",
                    row -> row.getBoolean(1),
                    walsender.backendPid());
        }
        if (!ends(task)) {
            return Outcome.STILL_RUNS;
        }
        try {
            task.get();
            return Outcome.MADE;
        } catch (ExecutionException e) {
            LOG.debug("Creation of slot \"{}\" has ended", slot, e.getCause());
            return isAnswer(e.getCause()) ? Outcome.REFUSED : Outcome.UNTOLD;
        }
    }

    /** Whether the server said it; what the driver finds has no message of the server. */
    private static boolean isAnswer(@Nullable Throwable failure) {
        return failure != null
                && failure.getCause() instanceof PSQLException error
                && error.getServerErrorMessage() != null;
    }

    private static boolean ends(FutureTask<ExportedSlot> task) throws InterruptedException {
        try {
            task.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    /**
     * The server tells the error first and removes the half-made slot after.
     *
     * @return whether no slot of this name is there any more
     */
    private boolean awaitGone(boolean mayBeThere) throws PgException, InterruptedException {
        SlotQueries slots = new SlotQueries(control);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            SlotState state = slots.slot(slot);
            if (state == null) {
                return true;
            }
            Integer pid = state.activePid();
            if (pid == null && mayBeThere) {
                slots.drop(slot);
                return true;
            }
            boolean ours = pid != null && pid == walsender.backendPid();
            if (!ours || System.nanoTime() > deadline) {
                // Somebody else made one of this name meanwhile, or the walsender still lives.
                LOG.warn("Slot \"{}\" on {} is there: {}", slot, walsender.endpoint(), state);
                return false;
            }
            new CountDownLatch(1).await(POLL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
