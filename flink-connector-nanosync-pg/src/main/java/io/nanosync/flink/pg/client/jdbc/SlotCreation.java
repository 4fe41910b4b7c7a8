package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgClient.ExportedSlot;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PgException.Recovery;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.client.SlotUntoldException;
import io.nanosync.flink.pg.wal.Lsn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Creates one slot with an exported snapshot. The command waits for transactions of others and
 * would outlive its client, so it runs on a thread of its own while the caller's watches the clock
 * and asks who is in the way.
 */
final class SlotCreation {

    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(3);

    private static final String ALL_IN_USE =
            "Raise max_replication_slots on the server, or drop slots that nobody uses: SELECT"
                    + " pg_drop_replication_slot('…')";

    private final Session walsender;
    private final Session control;
    private final String slot;
    private final boolean failover;

    /** Borrows both sessions; the walsender's belongs to the result in the end. */
    SlotCreation(Session walsender, Session control, String slot, boolean failover) {
        this.walsender = walsender;
        this.control = control;
        this.slot = slot;
        this.failover = failover;
    }

    ExportedSlot run(Duration bound, Consumer<String> waiting) throws PgException {
        requireAbsent();
        FutureTask<ExportedSlot> task = new FutureTask<>(this::create);
        Thread thread = new Thread(task, "nanosync-create-slot-" + slot);
        thread.setDaemon(true);
        thread.start();
        try {
            return await(task, bound, waiting);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw undone(
                    task, PgException.tryAgain(failure("interrupted while it waited", List.of())));
        } catch (PgException e) {
            throw undone(task, e);
        } catch (RuntimeException | Error e) {
            cancellation().undo(task);
            throw e;
        }
    }

    private PgException undone(FutureTask<ExportedSlot> task, PgException failure) {
        return cancellation().undo(task) ? failure : new SlotUntoldException(failure);
    }

    private SlotCancellation cancellation() {
        return new SlotCancellation(walsender, control, slot);
    }

    private void requireAbsent() throws PgException {
        if (failover && walsender.major() < 17) {
            throw PgException.needsPerson(
                    "Cannot create slot \""
                            + slot
                            + "\" on "
                            + walsender.endpoint()
                            + ": failover_slots needs PostgreSQL 17 or newer, found "
                            + walsender.major()
                            + ". Set failover_slots to false");
        }
        SlotState found = new SlotQueries(control).slot(slot);
        if (found != null) {
            throw new PgException(
                    "Cannot create slot \""
                            + slot
                            + "\" on "
                            + walsender.endpoint()
                            + ": it is there already",
                    SqlStates.DUPLICATE_OBJECT,
                    Recovery.FAIL,
                    null);
        }
    }

    private ExportedSlot create() throws PgException {
        try (Statement statement = walsender.connection().createStatement();
                ResultSet row = statement.executeQuery(command())) {
            row.next();
            return new Exported(
                    walsender,
                    Lsn.parse(row.getString("consistent_point")),
                    row.getString("snapshot_name"));
        } catch (SQLException e) {
            String doing = "create slot \"" + slot + "\"";
            throw SqlStates.CONFIGURATION_LIMIT.equals(e.getSQLState())
                    ? walsender.failure(doing, e, ALL_IN_USE)
                    : walsender.failure(doing, e);
        }
    }

    private String command() {
        String head = "CREATE_REPLICATION_SLOT \"" + slot + "\" LOGICAL pgoutput ";
        if (walsender.major() < 15) {
            return head + "EXPORT_SNAPSHOT";
        }
        return head + "(SNAPSHOT 'export'" + (failover ? ", FAILOVER true)" : ")");
    }

    private ExportedSlot await(
            FutureTask<ExportedSlot> task, Duration bound, Consumer<String> waiting)
            throws PgException, InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        while (true) {
            long left = Math.max(0, deadline - System.nanoTime());
            ExportedSlot created = result(task, Math.min(left, REPORT_INTERVAL.toNanos()));
            if (created != null) {
                return created;
            }
            List<Blocker> blockers = Blockers.of(control, walsender.backendPid());
            if (System.nanoTime() - deadline >= 0) {
                throw PgException.waitFor(
                        failure("it took longer than " + bound.toSeconds() + " s", blockers));
            }
            waiting.accept(
                    "Slot \""
                            + slot
                            + "\" waits for transactions to end: "
                            + Blockers.describe(blockers));
        }
    }

    /** The slot; null when it isn't created yet. */
    private static @Nullable ExportedSlot result(FutureTask<ExportedSlot> task, long waitNanos)
            throws PgException, InterruptedException {
        try {
            return task.get(waitNanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PgException failure) {
                throw failure;
            }
            throw new IllegalStateException("Creating a slot failed", e.getCause());
        }
    }

    private String failure(String why, List<Blocker> blockers) {
        return "Cannot create slot \""
                + slot
                + "\" on "
                + walsender.endpoint()
                + ": "
                + why
                + Blockers.heldUp(blockers);
    }

    /**
     * @param walsender its connection: the next command on it ends the snapshot
     */
    private record Exported(Session walsender, Lsn consistentPoint, String snapshotId)
            implements ExportedSlot {

        @Override
        public void close() {
            walsender.close();
        }
    }
}
