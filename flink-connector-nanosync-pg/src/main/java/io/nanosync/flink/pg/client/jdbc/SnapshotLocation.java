package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgClient.LocatedSnapshot;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Takes a snapshot between two positions in the WAL.
 *
 * <p>A commit is in the WAL before a snapshot shows it, so an LSN says nothing of a snapshot that
 * is taken a moment later. But when every transaction has ended that hadn't when the LSN was read,
 * then all that committed before it are shown. Waiting once more before that makes sure that none
 * of them wrote when what was committed before this began, a publication, wasn't there yet.
 */
final class SnapshotLocation {

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(3);

    private final Session control;
    private final PgClient client;

    /** Borrows the session. */
    SnapshotLocation(Session control, PgClient client) {
        this.control = control;
        this.client = client;
    }

    LocatedSnapshot take(Duration bound, PgClient.Waiting waiting) throws PgException {
        ServerQueries server = new ServerQueries(control);
        ServerIdentity identity = server.identity();
        if (identity.inRecovery()) {
            throw PgException.needsPerson(
                    "Cannot take a snapshot for a slot that is there already at "
                            + control.endpoint()
                            + ": it is a standby, whose snapshots leave out transactions that are"
                            + " running at the primary. Connect to the primary");
        }
        long deadline = System.nanoTime() + bound.toNanos();
        awaitEnded(deadline, waiting);
        Lsn from = server.currentLsn();
        awaitEnded(deadline, waiting);
        Keeper keeper = client.takeSnapshot();
        try {
            requireSame(identity, keeper.identity());
            Lsn to = server.currentLsn();
            // A server that crashed could give both positions out again.
            server.flush();
            return new LocatedSnapshot(keeper, from, to);
        } catch (PgException | RuntimeException e) {
            keeper.close();
            throw e;
        }
    }

    /** Of several hosts the second connection may have reached another. */
    private void requireSame(ServerIdentity server, SnapshotIdentity snapshot) throws PgException {
        if (snapshot.systemIdentifier() != server.systemIdentifier()
                || !snapshot.postmasterStart().equals(server.postmasterStart())) {
            throw PgException.tryAgain(
                    "Cannot take a snapshot at "
                            + control.endpoint()
                            + ": the connection for it reached another server");
        }
    }

    /**
     * Waits for every transaction that has an id now. A snapshot doesn't tell the newest: it ends
     * behind the last one that is completed. So the bound is an id of our own.
     */
    private void awaitEnded(long deadline, PgClient.Waiting waiting) throws PgException {
        long next =
                control.one(
                        "read the transactions that are open",
                        "SELECT pg_current_xact_id()::text::bigint",
                        row -> row.getLong(1));
        long report = System.nanoTime() + REPORT_INTERVAL.toNanos();
        while (oldestRunning() < next) {
            long now = System.nanoTime();
            if (now - deadline >= 0) {
                List<Blocker> blockers = Blockers.of(control, 0);
                throw PgException.waitFor(
                        "Cannot take a snapshot at "
                                + control.endpoint()
                                + ": transactions are open for too long"
                                + Blockers.heldUp(blockers));
            }
            if (now - report >= 0) {
                waiting.on(Blockers.describe(Blockers.of(control, 0)));
                report = now + REPORT_INTERVAL.toNanos();
            }
            pause();
        }
    }

    private long oldestRunning() throws PgException {
        return control.one(
                "wait for transactions to end",
                "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
                row -> row.getLong(1));
    }

    private void pause() throws PgException {
        try {
            new CountDownLatch(1).await(POLL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PgException.tryAgain(
                    "Cannot take a snapshot at " + control.endpoint() + ": interrupted");
        }
    }
}
