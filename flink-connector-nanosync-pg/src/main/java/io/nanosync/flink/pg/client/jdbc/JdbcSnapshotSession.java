package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.SnapshotLostException;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.client.TableRewrittenException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.TransactionState;

/** Reads tables by COPY. A COPY that isn't read to its end can only be left by {@link #abort}. */
final class JdbcSnapshotSession implements SnapshotSession {

    // relfilenode is as of the snapshot, pg_relation_filenode and to_regclass are as of now.
    private static final String FILE_NODES =
            """
            SELECT c.relfilenode, pg_relation_filenode(c.oid) AS now,
                   to_regclass(?)::oid AS named
              FROM pg_class c WHERE c.oid = ?::oid
            """;

    private final Session session;
    private final SnapshotTransaction transaction;
    private @Nullable CopyOut copy;
    private String reading = "rows";

    /** Takes ownership of the session. */
    JdbcSnapshotSession(Session session) {
        this.session = session;
        this.transaction = new SnapshotTransaction(session);
    }

    @Override
    public void begin(SnapshotIdentity snapshot) throws PgException {
        requireNoCopy("begin a transaction");
        if (session.connection().getTransactionState() != TransactionState.IDLE) {
            transaction.rollback();
        }
        transaction.beginImported(snapshot.id());
        SnapshotIdentity found = transaction.identity(snapshot.id());
        if (!found.equals(snapshot)) {
            transaction.rollback();
            throw new SnapshotLostException(
                    "Cannot import snapshot "
                            + snapshot.id()
                            + " on "
                            + session.endpoint()
                            + ": expected "
                            + snapshot
                            + ", found "
                            + found
                            + ". The server was restarted, or the connection reached another one");
        }
    }

    @Override
    public void lock(TableFile file) throws PgException {
        String doing = "lock table " + file.name();
        try {
            session.executeRaw("LOCK TABLE ONLY " + file.name().sql() + " IN ACCESS SHARE MODE");
        } catch (SQLException e) {
            if (SqlStates.UNDEFINED_TABLE.equals(e.getSQLState())) {
                throw rewritten(file, "it was dropped or renamed");
            }
            throw session.failure(doing, e);
        }
        FileNodes nodes =
                session.first(
                        doing,
                        FILE_NODES,
                        row ->
                                new FileNodes(
                                        (int) row.getLong("relfilenode"),
                                        (int) row.getLong("now"),
                                        (int) row.getLong("named")),
                        file.name().sql(),
                        Integer.toUnsignedLong(file.oid()));
        if (nodes == null || nodes.named() != file.oid()) {
            throw rewritten(file, "another table has its name now");
        }
        // Not the query: its bounds may be values of a column.
        reading = "rows of " + file.name();
        if (nodes.snapshot() != file.fileNode() || nodes.now() != file.fileNode()) {
            throw rewritten(
                    file,
                    "its file was "
                            + Integer.toUnsignedString(file.fileNode())
                            + " then and is "
                            + Integer.toUnsignedString(nodes.now())
                            + " now (VACUUM FULL, CLUSTER, TRUNCATE or a rewriting ALTER TABLE)");
        }
    }

    private TableRewrittenException rewritten(TableFile file, String what) {
        return new TableRewrittenException(
                "Cannot read "
                        + file.name()
                        + " on "
                        + session.endpoint()
                        + " under the snapshot: "
                        + what
                        + ". Its rows must be read again under a new snapshot");
    }

    private record FileNodes(int snapshot, int now, int named) {}

    @Override
    public void startCopy(String query) throws PgException {
        requireNoCopy("start a COPY");
        try {
            copy =
                    session.connection()
                            .getCopyAPI()
                            .copyOut("COPY (" + query + ") TO STDOUT (FORMAT binary)");
        } catch (SQLException e) {
            throw session.failure("read " + reading, e);
        }
    }

    @Override
    public @Nullable ByteBuffer nextCopyData() throws PgException {
        if (copy == null) {
            throw new IllegalStateException("No COPY was started, or it has ended");
        }
        try {
            byte[] message = copy.readFromCopy();
            if (message == null) {
                copy = null;
                return null;
            }
            return ByteBuffer.wrap(message);
        } catch (SQLException e) {
            copy = null;
            throw session.failure("read " + reading, e);
        }
    }

    @Override
    public void commit() throws PgException {
        requireNoCopy("commit");
        session.execute("end the transaction", "COMMIT");
    }

    private void requireNoCopy(String doing) {
        if (copy != null) {
            throw new IllegalStateException(
                    "Cannot " + doing + ": the COPY before was not read to its end");
        }
    }

    @Override
    public void abort() {
        session.abort();
    }

    @Override
    public void close() {
        session.close();
    }
}
