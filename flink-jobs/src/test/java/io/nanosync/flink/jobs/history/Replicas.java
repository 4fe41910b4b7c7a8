package io.nanosync.flink.jobs.history;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.ReplicatedPostgres;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.time.Duration;

/**
 * A primary and its standby, for one history. Whoever writes and judges goes by one way, the
 * pipeline by another, and both lead to the server that is the primary then, as where a name or an
 * address moves with it.
 */
public final class Replicas implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ReplicatedPostgres servers;
    private final TestDatabase direct;
    private final TcpProxy front;
    private boolean promoted;

    private Replicas(ReplicatedPostgres servers) {
        this.servers = servers;
        this.direct = servers.createDatabase();
        this.front = TcpProxy.to(direct.port());
    }

    /** Both servers, and a database. */
    static Replicas start(int version) {
        ReplicatedPostgres servers = ReplicatedPostgres.start(version);
        try {
            return new Replicas(servers);
        } catch (RuntimeException | Error e) {
            servers.close();
            throw e;
        }
    }

    /** The database at whichever is the primary. */
    TestDatabase database() {
        return direct.through(front.port());
    }

    /** Where the primary of the beginning is. */
    int port() {
        return direct.port();
    }

    /** Returns when the standby has a copy of a slot from which nobody reads: it is moved. */
    void awaitSynced(String slot) {
        Await.until(
                "slot " + slot + " is synced",
                PATIENCE,
                () -> {
                    direct.queryString(
                            "SELECT pg_replication_slot_advance('"
                                    + slot
                                    + "', pg_current_wal_flush_lsn())");
                    direct.queryString("SELECT pg_log_standby_snapshot()");
                    return servers.isSynced(slot);
                });
    }

    /**
     * Loses the primary, once. Not before the standby has a copy of the pipeline's slot.
     *
     * @param crashes whether it crashes, or is shut down in order
     * @param way that of the pipeline
     */
    public void promote(boolean crashes, String slot, TcpProxy way, Journal journal) {
        if (promoted) {
            journal.note("    promoted already");
            return;
        }
        try {
            servers.awaitSynced(slot);
        } catch (AssertionError notYet) {
            journal.note("    not promoted: " + notYet.getMessage());
            return;
        }
        promoted = true;
        if (crashes) {
            servers.failOver();
        } else {
            servers.switchOver();
        }
        int port = servers.primary().port();
        for (TcpProxy each : new TcpProxy[] {front, way}) {
            each.divertAll(port);
            each.cutConnectionsOfNow();
        }
        journal.note("    the standby is promoted, at port " + port);
    }

    @Override
    public void close() {
        front.close();
        servers.close();
    }
}
