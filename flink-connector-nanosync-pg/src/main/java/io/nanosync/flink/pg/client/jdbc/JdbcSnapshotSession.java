package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerRun;
import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.SnapshotLostException;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.relation.CompositeType;
import io.nanosync.flink.pg.wire.HeapTooSmallException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * Reads tables by COPY. A COPY that isn't read to its end can only be left by {@link #abort} or
 * {@link #cancel}.
 */
final class JdbcSnapshotSession implements SnapshotSession {

    private static final String MISLEADING_INDEX =
            """
            SELECT EXISTS (
                SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                  JOIN pg_am a ON a.oid = c.relam
                 WHERE i.indrelid = ?::oid AND (a.amname = 'brin' OR EXISTS (
                    SELECT FROM unnest(i.indcollation::oid[]) used(oid)
                      JOIN pg_collation l ON l.oid = used.oid
                     WHERE l.collversion <> pg_collation_actual_version(l.oid) %s)))
            """;

    private static final String DATABASE_VERSION =
            """
            OR (l.collprovider = 'd' AND EXISTS (
                SELECT FROM pg_database d WHERE d.datname = current_database()
                   AND d.datcollversion <> pg_database_collation_actual_version(d.oid)))
            """;

    /** Whether the table's rows lie about in the order of the column, as ANALYZE found it. */
    private static final String LIES_IN_ORDER =
            """
            SELECT EXISTS (
                SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
                 WHERE c.oid = ?::oid AND s.attname = ? AND abs(s.correlation) > 0.9)
            """;

    private final Session session;
    private final SnapshotTransaction transaction;
    private final ReadErrors errors;
    private final CopyReader copy;
    private CopiedRows reading = CopiedRows.UNKNOWN;

    /** Null before it was asked. A session ends with its server. */
    private @Nullable ServerRun server;

    /** Takes ownership of the session. */
    JdbcSnapshotSession(Session session) {
        this.session = session;
        this.transaction = new SnapshotTransaction(session);
        this.errors = new ReadErrors(session);
        this.copy = new CopyReader(session);
    }

    @Override
    public void patience(Duration silence) throws PgException {
        try {
            // Of the socket: counts while a read of it waits, and starts anew with each byte.
            session.connection()
                    .setNetworkTimeout(
                            Runnable::run, (int) Math.min(Integer.MAX_VALUE, silence.toMillis()));
        } catch (SQLException e) {
            throw session.failure("set the network time-out", e);
        }
    }

    @Override
    public void begin(SnapshotIdentity snapshot) throws PgException {
        requireNoCopy("begin a transaction");
        reading = CopiedRows.UNKNOWN;
        endTransaction();
        SnapshotIdentity found = transaction.beginImported(snapshot.id());
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

    /**
     * {@inheritDoc}
     *
     * <p>Index scans stay off: they give rows in the order of the index. So do bitmaps where an
     * index may miss rows of the snapshot: a BRIN index is summarized from the newest rows alone,
     * and from 16 on doesn't keep an update from staying in its page; one that was built under
     * another version of its collation is out of order. The planner takes the indexes of now, so
     * they are asked for outside of the snapshot. One that is made a moment later either knows the
     * rows that the snapshot shows, or that it isn't for it.
     *
     * <p>The planner takes the rows of a bitmap for scattered all over the table, so that beyond
     * some size it prefers to read the whole table for each range. Where they lie in the order of
     * the column a range is some blocks in a row, and it is kept from that.
     */
    @Override
    public void beginByValue(
            SnapshotIdentity snapshot, TableFile file, String range, @Nullable String column)
            throws PgException {
        requireNoCopy("begin a transaction");
        endTransaction();
        boolean misled =
                session.one(
                        "look up the indexes of " + file.name(),
                        MISLEADING_INDEX.formatted(session.major() >= 15 ? DATABASE_VERSION : ""),
                        row -> row.getBoolean(1),
                        Integer.toUnsignedLong(file.oid()));
        boolean inOrder = !misled && column != null && liesInOrder(file, column);
        begin(snapshot);
        session.execute(
                "set how rows are read",
                "SET LOCAL enable_seqscan = "
                        + (inOrder ? "off" : "on")
                        + "; SET LOCAL enable_bitmapscan = "
                        + (misled ? "off" : "on"));
        reading = reading.inRange(range);
    }

    private boolean liesInOrder(TableFile file, String column) throws PgException {
        return session.one(
                "look up how the rows of " + file.name() + " lie",
                LIES_IN_ORDER,
                row -> row.getBoolean(1),
                Integer.toUnsignedLong(file.oid()),
                column);
    }

    /** Ends one that failed. */
    private void endTransaction() {
        if (session.connection().getTransactionState() != TransactionState.IDLE) {
            transaction.rollback();
        }
    }

    @Override
    public void lock(TableFile file) throws PgException {
        FileNodes nodes;
        try {
            nodes =
                    session.executeAndAsk(
                            "LOCK TABLE ONLY "
                                    + file.name().sql()
                                    + " IN ACCESS SHARE MODE; "
                                    + fileNodes(file),
                            row ->
                                    new FileNodes(
                                            (int) row.getLong("relfilenode"),
                                            (int) row.getLong("now"),
                                            (int) row.getLong("named"),
                                            row.getString("altered")));
        } catch (SQLException e) {
            if (SqlStates.saysOtherTable(e)) {
                throw errors.otherTable(file);
            }
            throw session.failure("lock table " + file.name(), e);
        }
        if (nodes == null || nodes.named() != file.oid()) {
            throw errors.otherTable(file);
        }
        String altered = nodes.altered();
        if (altered != null) {
            throw errors.rewritten(
                    file, "its column \"" + altered + "\" was dropped or renamed since");
        }
        reading = reading.of(file);
        if (nodes.snapshot() != file.fileNode() || nodes.now() != file.fileNode()) {
            throw errors.rewritten(
                    file,
                    "its file was "
                            + Integer.toUnsignedString(file.fileNode())
                            + " then and is "
                            + Integer.toUnsignedString(nodes.now())
                            + " now (VACUUM FULL, CLUSTER, TRUNCATE or a rewriting ALTER TABLE)");
        }
    }

    /**
     * relfilenode and pg_attribute are as of the snapshot; pg_relation_filenode, to_regclass and
     * pg_identify_object_as_address are as of now. A column that was dropped and added again under
     * its name changes no file, and its values of the snapshot can't be read any more.
     */
    private String fileNodes(TableFile file) throws SQLException {
        return """
               SELECT c.relfilenode, pg_relation_filenode(c.oid) AS now,
                      to_regclass(%s)::oid AS named,
                      (SELECT min(a.attname::text) FROM pg_attribute a
                        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                          AND (pg_identify_object_as_address('pg_class'::regclass, c.oid, a.attnum)
                              ).object_names[3] IS DISTINCT FROM a.attname::text) AS altered
                 FROM pg_class c WHERE c.oid = %s
               """
                .formatted(
                        session.literal(file.name().sql()), Integer.toUnsignedString(file.oid()));
    }

    /**
     * @param altered a column whose place another one has now, or none; null when there is none
     */
    private record FileNodes(int snapshot, int now, int named, @Nullable String altered) {}

    @Override
    public @Nullable String rowFilter(String publication, int table) throws PgException {
        return new RowFilterQuery(session).of(publication, table);
    }

    @Override
    public List<String> ranges(TableFile file, Partitioning.ByColumn by, int parts)
            throws PgException {
        requireNoCopy("divide a table");
        return new ValueRanges(session).of(file, by, parts);
    }

    @Override
    public List<CompositeType> composites(List<Integer> oids) throws PgException {
        requireNoCopy("look at types");
        endTransaction();
        return new CompositeQueries(session).read(oids);
    }

    @Override
    public ServerRun server() throws PgException {
        ServerRun known = server;
        if (known == null) {
            requireNoCopy("look which server this is");
            endTransaction();
            known = ServerRun.of(new ServerQueries(session).identity());
            server = known;
        }
        return known;
    }

    @Override
    public void startCopy(String query, @Nullable String filter) throws PgException {
        requireNoCopy("start a COPY");
        reading = reading.filteredBy(filter);
        try {
            copy.start(proven(query));
        } catch (SQLException e) {
            throw errors.failure(reading, e);
        }
    }

    /** The query, which reads the locked table by its name. */
    private String proven(String query) throws SQLException {
        TableFile file = reading.file();
        return file == null
                ? query
                : "SELECT * FROM (" + query + ") locked WHERE " + NamedTable.proof(session, file);
    }

    @Override
    public @Nullable ByteBuffer nextCopyData() throws PgException {
        try {
            return copy.next();
        } catch (SQLException e) {
            throw errors.failure(reading, e);
        } catch (OutOfMemoryError e) {
            throw HeapTooSmallException.of(
                    "Cannot read " + reading + " on " + session.endpoint() + ": a row of them", e);
        }
    }

    @Override
    public void commit() throws PgException {
        requireNoCopy("commit");
        session.execute("end the transaction", "COMMIT");
    }

    private void requireNoCopy(String doing) {
        if (copy.isReading()) {
            throw new IllegalStateException(
                    "Cannot " + doing + ": the COPY before was not read to its end");
        }
    }

    @Override
    public void abort() {
        session.abort();
    }

    @Override
    public void cancel() {
        session.cancel();
    }

    @Override
    public void close() {
        session.close();
    }
}
