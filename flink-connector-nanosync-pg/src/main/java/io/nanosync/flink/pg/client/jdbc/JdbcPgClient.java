package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.CatalogSession;
import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.RowLookup;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sessions by pgjdbc. */
public final class JdbcPgClient implements PgClient {

    private static final long serialVersionUID = 1L;

    private final Connector connector;
    private final WalSenderPatience walSender;

    /**
     * @param connection how to reach the database
     * @param walSenderTimeout set on each replication connection; zero for none
     */
    public JdbcPgClient(ConnectionConfig connection, Duration walSenderTimeout) {
        this.connector = new Connector(connection);
        this.walSender = new WalSenderPatience(walSenderTimeout);
    }

    @Override
    public ControlSession openControl() throws PgException {
        return new JdbcControlSession(connector, connector.open(SessionKind.CONTROL));
    }

    @Override
    public ExportedSlot createSlot(
            String slot, boolean failover, Duration bound, Consumer<String> waiting)
            throws PgException {
        Session walsender = connector.open(SessionKind.REPLICATION);
        try (Session control = connector.open(SessionKind.CONTROL)) {
            return new SlotCreation(walsender, control, slot, failover).run(bound, waiting);
        } catch (PgException | RuntimeException e) {
            walsender.close();
            throw e;
        }
    }

    @Override
    public void turnOnFailover(ServerIdentity server, String slot) throws PgException {
        try (Session session = connector.open(SessionKind.REPLICATION)) {
            new ServerQueries(session).require(server);
            if (session.major() < ServerCheck.FAILOVER_MAJOR) {
                throw PgException.needsPerson(
                        "Cannot turn on failover for slot \""
                                + slot
                                + "\" on "
                                + session.endpoint()
                                + ": failover_slots needs PostgreSQL 17 or newer, found "
                                + session.major()
                                + ". Set failover_slots to false");
            }
            session.execute(
                    "turn on failover for slot \"" + slot + "\"",
                    "ALTER_REPLICATION_SLOT \"" + slot + "\" (FAILOVER true)");
        }
    }

    @Override
    public Keeper importSnapshot(String snapshotId) throws PgException {
        return JdbcKeeper.importing(connector.open(SessionKind.KEEPER), snapshotId);
    }

    @Override
    public Keeper takeSnapshot() throws PgException {
        return JdbcKeeper.taking(connector.open(SessionKind.KEEPER));
    }

    @Override
    public LocatedSnapshot locateSnapshot(Duration bound, Waiting waiting) throws PgException {
        try (Session control = connector.open(SessionKind.CONTROL)) {
            return new SnapshotLocation(control, this).take(bound, waiting);
        }
    }

    @Override
    public SnapshotSession openSnapshot() throws PgException {
        return new JdbcSnapshotSession(connector.open(SessionKind.SNAPSHOT));
    }

    @Override
    public RowLookup openLookup() throws PgException {
        return new JdbcRowLookup(connector.open(SessionKind.LOOKUP), connector);
    }

    @Override
    public CatalogSession openCatalog() throws PgException {
        return new JdbcCatalogSession(connector.open(SessionKind.CONTROL));
    }

    @Override
    public ReplicationStream startReplication(
            @Nullable ServerIdentity server,
            String slot,
            String publication,
            Lsn from,
            boolean binary)
            throws PgException {
        return JdbcReplicationStream.start(
                connector.open(SessionKind.REPLICATION),
                server,
                walSender,
                slot,
                publication,
                from,
                binary);
    }

    @Override
    public String toString() {
        return "PostgreSQL at " + connector;
    }
}
