package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.TableFile;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session whose open transaction keeps a snapshot. Any thread, one at a time. */
final class JdbcKeeper implements Keeper {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcKeeper.class);

    private final Session session;
    private final SnapshotIdentity identity;

    private JdbcKeeper(Session session, SnapshotIdentity identity) {
        this.session = session;
        this.identity = identity;
    }

    /** Imports a snapshot and exports it again. Takes ownership of the session. */
    static Keeper importing(Session session, String snapshotId) throws PgException {
        try {
            SnapshotTransaction transaction = new SnapshotTransaction(session);
            transaction.beginImported(snapshotId);
            return new JdbcKeeper(session, transaction.identity(export(session)));
        } catch (PgException e) {
            session.close();
            throw e;
        }
    }

    /** Takes a snapshot and exports it. Takes ownership of the session. */
    static Keeper taking(Session session) throws PgException {
        try {
            SnapshotTransaction transaction = new SnapshotTransaction(session);
            transaction.beginNew();
            return new JdbcKeeper(session, transaction.identity(export(session)));
        } catch (PgException e) {
            session.close();
            throw e;
        }
    }

    private static String export(Session session) throws PgException {
        return session.one(
                "export the snapshot", "SELECT pg_export_snapshot()", row -> row.getString(1));
    }

    @Override
    public SnapshotIdentity identity() {
        return identity;
    }

    /**
     * {@inheritDoc}
     *
     * <p>An error would end the transaction, and with it the snapshot: so it stands behind a
     * savepoint.
     */
    @Override
    public synchronized List<TableFile> files(int tableOid) throws PgException {
        session.execute("set a savepoint", "SAVEPOINT files");
        try {
            List<TableFile> files = new TableFiles(session).of(tableOid);
            session.execute("release a savepoint", "RELEASE SAVEPOINT files");
            return files;
        } catch (PgException e) {
            try {
                session.executeRaw("ROLLBACK TO SAVEPOINT files");
            } catch (SQLException rollback) {
                e.addSuppressed(rollback);
            }
            throw e;
        }
    }

    @Override
    public synchronized boolean isAlive() {
        try {
            session.executeRaw("SELECT 1");
            return true;
        } catch (SQLException e) {
            LOG.info("Snapshot {} on {} is gone", identity.id(), session.endpoint(), e);
            return false;
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
