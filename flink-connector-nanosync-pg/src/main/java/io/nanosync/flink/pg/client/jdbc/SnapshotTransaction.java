package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.SnapshotLostException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;

/** Beginning a transaction on an exported snapshot, and knowing which one it is. */
final class SnapshotTransaction {

    private static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    private static final String IDENTITY =
            """
            SELECT pg_current_snapshot()::text, pg_postmaster_start_time()::text,
                   (SELECT system_identifier FROM pg_control_system())
            """;

    private final Session session;

    SnapshotTransaction(Session session) {
        this.session = session;
    }

    /** Begins a transaction with a new snapshot of its own. */
    void beginNew() throws PgException {
        session.execute("begin a transaction", BEGIN);
    }

    /**
     * Begins a transaction on an exported snapshot. It must be set before any query.
     *
     * @return what the server says that this snapshot is, under the same id
     * @throws SnapshotLostException when the server doesn't know it any more
     */
    SnapshotIdentity beginImported(String snapshotId) throws PgException {
        String doing = "import snapshot " + snapshotId;
        try {
            SnapshotIdentity identity =
                    session.executeAndAsk(
                            BEGIN
                                    + "; SET TRANSACTION SNAPSHOT "
                                    + session.literal(snapshotId)
                                    + "; "
                                    + IDENTITY,
                            row -> identity(snapshotId, row));
            return Objects.requireNonNull(identity);
        } catch (SQLException e) {
            rollback();
            if (SqlStates.saysSnapshotLost(e)) {
                throw new SnapshotLostException(
                        session.endpoint()
                                .message(
                                        doing,
                                        e,
                                        "The session that held it has ended or the server was"
                                                + " restarted"),
                        e);
            }
            throw session.failure(doing, e);
        }
    }

    /** The identity of the snapshot of the transaction that is open, under this id. */
    SnapshotIdentity identity(String snapshotId) throws PgException {
        return session.one(
                "read the identity of the snapshot", IDENTITY, row -> identity(snapshotId, row));
    }

    private static SnapshotIdentity identity(String snapshotId, ResultSet row) throws SQLException {
        return new SnapshotIdentity(snapshotId, row.getString(1), row.getString(2), row.getLong(3));
    }

    /** Ends the transaction; after an error on the connection there is none to end. */
    void rollback() {
        try {
            session.executeRaw("ROLLBACK");
        } catch (SQLException e) {
            session.abort();
        }
    }
}
