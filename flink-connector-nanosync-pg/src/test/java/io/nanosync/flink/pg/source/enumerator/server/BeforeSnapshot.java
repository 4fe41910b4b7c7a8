package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.CatalogSession;
import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.RowLookup;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client that has something done on the server right before a snapshot is taken. */
final class BeforeSnapshot implements PgClient {

    private static final long serialVersionUID = 1L;

    private final PgClient server;
    private final transient TestDatabase database;
    private final String[] sql;

    BeforeSnapshot(PgClient server, TestDatabase database, String... sql) {
        this.server = server;
        this.database = database;
        this.sql = sql;
    }

    @Override
    public ExportedSlot createSlot(
            String slot, boolean failover, Duration bound, Consumer<String> waiting)
            throws PgException {
        database.execute(sql);
        return server.createSlot(slot, failover, bound, waiting);
    }

    @Override
    public Keeper takeSnapshot() throws PgException {
        database.execute(sql);
        return server.takeSnapshot();
    }

    @Override
    public ControlSession openControl() throws PgException {
        return server.openControl();
    }

    @Override
    public Keeper importSnapshot(String snapshotId) throws PgException {
        return server.importSnapshot(snapshotId);
    }

    @Override
    public LocatedSnapshot locateSnapshot(Duration bound, Waiting waiting) throws PgException {
        database.execute(sql);
        return server.locateSnapshot(bound, waiting);
    }

    @Override
    public SnapshotSession openSnapshot() throws PgException {
        return server.openSnapshot();
    }

    @Override
    public CatalogSession openCatalog() throws PgException {
        return server.openCatalog();
    }

    @Override
    public RowLookup openLookup() throws PgException {
        return server.openLookup();
    }

    @Override
    public void turnOnFailover(ServerIdentity identity, String slot) throws PgException {
        server.turnOnFailover(identity, slot);
    }

    @Override
    public ReplicationStream startReplication(
            @Nullable ServerIdentity identity,
            String slot,
            String publication,
            Lsn from,
            boolean binary)
            throws PgException {
        return server.startReplication(identity, slot, publication, from, binary);
    }
}
