package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.LookupRequest;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.RowLookup;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.ServerRun;
import io.nanosync.flink.pg.client.jdbc.KeyColumns.NowColumn;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.CompositeType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import io.nanosync.flink.pg.wal.Timeline;
import io.nanosync.flink.pg.wal.TimelineHistory;
import io.nanosync.flink.pg.wire.HeapTooSmallException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * Reads by COPY, from a table that is locked in ACCESS SHARE MODE and compared with what it was. A
 * COPY that isn't read to its end can only be left by {@link #cancel}.
 */
final class JdbcRowLookup implements RowLookup {

    private static final String NEW_SNAPSHOT =
            "Start the statement again from a new snapshot, with another 'pipeline' and the table"
                    + " declared as it is now";

    private final Session session;
    private final SnapshotTransaction transaction;
    private final LastingSnapshot lasting;
    private final CopyReader copy;
    private final Connector connector;

    /** Of the server; null before it was asked. A session ends when its server is demoted. */
    private @Nullable TimelineHistory timelines;

    /** Null before it was asked. */
    private @Nullable ServerRun server;

    private String doing = "read rows by their keys";

    /** Takes ownership of the session. */
    JdbcRowLookup(Session session, Connector connector) {
        this.session = session;
        this.transaction = new SnapshotTransaction(session);
        this.connector = connector;
        this.lasting = new LastingSnapshot(session, connector);
        this.copy = new CopyReader(session);
    }

    @Override
    public void start(LookupRequest request) throws PgException {
        doing = "read " + request;
        copy.forget();
        try {
            boolean promoted = isPromoted(request);
            Moment moment = begin(request.table());
            check(request, moment);
            Map<String, NowColumn> columns =
                    KeyColumns.of(session, request.table().oid(), request.key());
            checkColumns(request, columns);
            lasting.await(request.slot(), Objects.requireNonNull(moment.wal()), promoted, cannot());
            copy(request, key(request, columns), moment.partitioned());
        } catch (PgException | RuntimeException e) {
            transaction.rollback();
            throw e;
        }
    }

    /**
     * A transaction's first moment.
     *
     * @param contents of its snapshot
     * @param wal how far the WAL has come; null on a standby
     * @param named OID of the table that has the name now, 0 for none
     */
    private record Moment(String contents, @Nullable Lsn wal, int named, boolean partitioned) {}

    /**
     * Whether the server was promoted since it had the changes. Refuses one that doesn't have them:
     * the former primary may still run, with other rows under the same ids.
     */
    private boolean isPromoted(LookupRequest request) throws PgException {
        Timeline timeline = request.timeline();
        if (timeline == null) {
            return false;
        }
        TimelineHistory history = timelines;
        if (history == null) {
            ServerIdentity server = new ServerQueries(session).identity();
            if (server.inRecovery()) {
                throw standby();
            }
            history = TimelineQuery.of(connector, server);
            timelines = history;
        }
        for (Lsn committed : request.transactions().values()) {
            if (!history.holds(timeline, committed.next())) {
                throw PgException.tryAgain(
                        cannot()
                                + "the changes came from timeline "
                                + timeline
                                + ", and the server is on timeline "
                                + history.timeline()
                                + ", which doesn't have them: another server is the primary. Then"
                                + " end this one");
            }
        }
        return !history.timeline().isSame(timeline);
    }

    /**
     * The lock comes in front of the snapshot: what the catalog says is so until the transaction
     * ends.
     */
    private Moment begin(TableSchema table) throws PgException {
        try {
            if (session.connection().getTransactionState() != TransactionState.IDLE) {
                session.executeRaw("ROLLBACK");
            }
            Moment moment =
                    session.executeAndAsk(
                            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; LOCK TABLE ONLY "
                                    + table.name().sql()
                                    + " IN ACCESS SHARE MODE; "
                                    + moment(table.name()),
                            row -> {
                                String wal = row.getString("wal");
                                return new Moment(
                                        row.getString("contents"),
                                        wal == null ? null : Lsn.parse(wal),
                                        (int) row.getLong("named"),
                                        row.getBoolean("partitioned"));
                            });
            return Objects.requireNonNull(moment, "one row");
        } catch (SQLException e) {
            if (SqlStates.saysOtherTable(e)) {
                throw otherTable(table);
            }
            throw session.failure(doing, e, remedy(table, e.getSQLState()));
        }
    }

    private String moment(QualifiedName table) throws SQLException {
        return """
               SELECT pg_current_snapshot()::text AS contents,
                      CASE WHEN NOT pg_is_in_recovery()
                           THEN pg_current_wal_insert_lsn()::text END AS wal,
                      c.oid AS named, c.relkind = 'p' AS partitioned
                 FROM (SELECT to_regclass(%s)::oid AS oid) n LEFT JOIN pg_class c USING (oid)
               """
                .formatted(session.literal(table.sql()));
    }

    private @Nullable String remedy(TableSchema table, @Nullable String state) {
        if (!SqlStates.INSUFFICIENT_PRIVILEGE.equals(state)) {
            return SqlStates.remedy(state);
        }
        String role = QualifiedName.quote(session.endpoint().user());
        return "Run: GRANT USAGE ON SCHEMA "
                + QualifiedName.quote(table.name().schema())
                + " TO "
                + role
                + "; GRANT SELECT ON TABLE "
                + table.name()
                + " TO "
                + role
                + "; or ALTER TABLE "
                + table.name()
                + " REPLICA IDENTITY FULL, under which later updates need no reading";
    }

    private void check(LookupRequest request, Moment moment) throws PgException {
        if (moment.named() != request.table().oid()) {
            throw otherTable(request.table());
        }
        Lsn wal = moment.wal();
        if (wal == null) {
            throw standby();
        }
        // A commit is in the WAL, and decoded, before its transaction is seen by others: a row that
        // is read in between may be older than the change.
        SnapshotBoundary shown = SnapshotBoundary.of(moment.contents(), List.of(), wal);
        for (Map.Entry<Integer, Lsn> committed : request.transactions().entrySet()) {
            if (!shown.shows(committed.getKey(), committed.getValue())) {
                throw PgException.waitFor(
                        cannot()
                                + "the server doesn't show yet what transaction "
                                + Integer.toUnsignedString(committed.getKey())
                                + " did, which committed at LSN "
                                + committed.getValue()
                                + ". A commit that waits for a synchronous standby isn't shown"
                                + " before that has answered: look at SELECT pid, wait_event FROM"
                                + " pg_stat_activity WHERE wait_event = 'SyncRep'");
            }
        }
    }

    private PgException standby() {
        return PgException.tryAgain(
                cannot() + "a standby was reached. Add targetServerType=primary to the DSN");
    }

    private void checkColumns(LookupRequest request, Map<String, NowColumn> now)
            throws PgException {
        for (Column column : request.table().columns()) {
            if (request.key().contains(column.name())
                    || request.columns().stream()
                            .anyMatch(read -> read.column().equals(column.name()))) {
                checkColumn(column, now.get(column.name()));
            }
        }
    }

    private void checkColumn(Column column, @Nullable NowColumn now) throws PgException {
        String was = "column \"" + column.name() + "\" (" + column.typeText() + ") ";
        if (now == null) {
            throw needsPerson(was + "was dropped or renamed");
        }
        if (column.attnum() != null && column.attnum() != now.attnum()) {
            throw needsPerson(was + "was dropped, and another one has its name");
        }
        if (column.type().oid() != now.typeOid() || column.typmod() != now.typmod()) {
            throw needsPerson(was + "is of type " + now.typeText() + " now");
        }
    }

    private List<NowColumn> key(LookupRequest request, Map<String, NowColumn> now)
            throws PgException {
        List<NowColumn> key = new ArrayList<>();
        for (String name : request.key()) {
            NowColumn column = now.get(name);
            if (column == null || column.equals() == null) {
                throw needsPerson(
                        "it has no primary key or unique index over ("
                                + String.join(", ", request.key())
                                + ") any more");
            }
            key.add(column);
        }
        return key;
    }

    private void copy(LookupRequest request, List<NowColumn> key, boolean partitioned)
            throws PgException {
        String filter =
                new RowFilterQuery(session).of(request.publication(), request.table().oid());
        try {
            copy.start(LookupQuery.of(session, request, key, partitioned, filter));
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    @Override
    public @Nullable ByteBuffer nextCopyData() throws PgException {
        try {
            return copy.next();
        } catch (SQLException e) {
            throw failure(e);
        } catch (OutOfMemoryError e) {
            throw HeapTooSmallException.of(cannot() + "a row of them", e);
        }
    }

    /**
     * PostgreSQL quotes values that it can't read or calculate with: its words aren't told then.
     */
    private PgException failure(SQLException error) {
        if (!SqlStates.saysData(error)) {
            return session.failure(doing, error);
        }
        return new PgException(
                cannot()
                        + "a key can't be read, or the publication's row filter be calculated"
                        + " (SQLSTATE "
                        + error.getSQLState()
                        + "). PostgreSQL's own words may quote a value and are left out; its log"
                        + " has them. The type of a key's column may have been altered. "
                        + NEW_SNAPSHOT,
                error.getSQLState(),
                PgException.Recovery.FAIL,
                null);
    }

    private PgException otherTable(TableSchema table) {
        return needsPerson(
                "no table has the name "
                        + table.name()
                        + " any more, or another one has it. If it was renamed, give it back its"
                        + " name");
    }

    private PgException needsPerson(String what) {
        return PgException.needsPerson(cannot() + what + ". " + NEW_SNAPSHOT);
    }

    private String cannot() {
        return "Cannot " + doing + " on " + session.endpoint() + ": ";
    }

    @Override
    public List<CompositeType> composites(List<Integer> oids) throws PgException {
        return new CompositeQueries(session).read(oids);
    }

    @Override
    public ServerRun server() throws PgException {
        ServerRun known = server;
        if (known == null) {
            known = ServerRun.of(new ServerQueries(session).identity());
            server = known;
        }
        return known;
    }

    @Override
    public void commit() throws PgException {
        session.execute("end the transaction", "COMMIT");
    }

    @Override
    public void cancel() {
        lasting.close();
        session.cancel();
    }

    @Override
    public void close() {
        lasting.close();
        session.close();
    }
}
