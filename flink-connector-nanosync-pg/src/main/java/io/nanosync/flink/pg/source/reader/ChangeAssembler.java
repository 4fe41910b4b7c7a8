package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import io.nanosync.flink.pg.wal.Timeline;
import io.nanosync.flink.pg.wire.TupleSlice;
import io.nanosync.flink.pg.wire.pgoutput.Begin;
import io.nanosync.flink.pg.wire.pgoutput.Commit;
import io.nanosync.flink.pg.wire.pgoutput.LogicalMessage;
import io.nanosync.flink.pg.wire.pgoutput.PgOutputDecoder;
import io.nanosync.flink.pg.wire.pgoutput.PgOutputHandler;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage;
import io.nanosync.flink.pg.wire.pgoutput.Truncate;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Turns the messages of a pgoutput stream into batches and a position. PostgreSQL resends a
 * transaction from its beginning, so after a restore or reconnect the changes that were already
 * taken are skipped, which {@link TakenChanges} knows.
 *
 * <p>Pure: knows no connection. Used by one thread. The position covers exactly the rows that
 * {@link #take} has given or will give next.
 */
final class ChangeAssembler implements PgOutputHandler {

    private static final char NO_OLD_ROW = 0;

    private static final long NO_TRANSACTION = -1;

    private final PgOutputDecoder decoder = new PgOutputDecoder();
    private final Map<Integer, CapturedTable> tables = new HashMap<>();
    private final StreamBuilders builders;
    private final FetchLimits limits;
    private final StreamCatalog catalog;
    private final UnaryOperator<TableSchema> read;
    private final StreamRelations relations;
    private final ShownChanges shown;

    /** Tables with rows that wait, in the order in which they were first touched. */
    private final List<CapturedTable> touched = new ArrayList<>();

    private final List<ChangeBatch> closed = new ArrayList<>();

    /** Of the server at hand, or of the last one; null before the first. */
    private @Nullable Timeline timeline;

    /** End of the last transaction that was taken whole. */
    private Lsn end;

    /** The transaction at hand; null between transactions. */
    private @Nullable Begin begin;

    /** Its number, for the builders. */
    private long transaction;

    /** What of it was taken. */
    private final TakenChanges taken;

    /** Commit LSN of the transaction that was asked for again last; null for none. */
    private @Nullable Lsn askedAgain;

    /** Where a new connection is needed; null for nowhere. */
    private @Nullable Lsn renewal;

    private Lsn messageLsn;
    private int rows;
    private long bytes;
    private long newestCommitMicros;
    private final CommitTimes times = new CommitTimes();

    /** By which the transaction at hand has its time. */
    private String clock = CommitTimes.OWN;

    /** The transaction of which a change waits that was told last. */
    private long waitingTransaction = NO_TRANSACTION;

    private int transactions;

    /**
     * @param read what is read of a captured table
     */
    ChangeAssembler(
            List<TableSchema> schemas,
            UnaryOperator<TableSchema> read,
            StreamPosition position,
            List<SnapshotBoundary> boundaries,
            Unrepresentable unrepresentable,
            FetchLimits limits,
            StreamCatalog catalog) {
        this.read = read;
        schemas.forEach(this::capture);
        this.builders = new StreamBuilders(unrepresentable, limits.builderBytes());
        this.limits = limits;
        this.catalog = catalog;
        this.shown = new ShownChanges(boundaries);
        this.relations = new StreamRelations(catalog, tables, shown);
        end = position.end();
        taken = new TakenChanges(position.partial(), this::differs);
        messageLsn = end;
    }

    private void capture(TableSchema schema) {
        tables.put(schema.oid(), new CapturedTable(schema, read.apply(schema)));
    }

    /** Messages come from a server on this timeline, which has all that was taken so far. */
    void follow(Timeline server) {
        timeline = server;
    }

    /**
     * Takes one message; {@code lsn} is its WAL start.
     *
     * @throws PassedSnapshotException when the transaction that begins has to come on another
     *     connection
     * @throws UntoldPartitionException when the change can be taken from another connection only
     * @throws DriftException when it was made under another schema than the accepted one
     */
    void message(ByteBuffer message, Lsn lsn) {
        messageLsn = lsn;
        decoder.decode(message, this);
    }

    /** A table that isn't captured: {@link StreamWork} looks it up. Null for none. */
    @Nullable RelationMessage takeStranger() {
        return relations.takeStranger();
    }

    /** The relation is a partition of a captured table. */
    void refusePartition(RelationMessage relation, int root) {
        relations.refusePartition(relation, root, end);
    }

    /** Rows waiting in builders and closed batches. */
    int rows() {
        return rows;
    }

    /** What is read of the tables whose rows wait. */
    List<TableSchema> waitingTables() {
        return touched.stream().map(CapturedTable::read).toList();
    }

    /** About how many bytes the batches of the rows waiting take. */
    long bytes() {
        return bytes;
    }

    /** Whether as much waits as may: it is time to {@link #take}. */
    boolean isFull() {
        return rows >= limits.rows() || bytes >= limits.bytes() || builders.isFull();
    }

    /** Memory that the builders of all tables hold, with rows or without. */
    long builderBytes() {
        return builders.heldBytes();
    }

    /**
     * When the transaction of the newest change was committed, microseconds since 1970, even if
     * more of it is to come; 0 before the first.
     */
    long newestCommitMicros() {
        return newestCommitMicros;
    }

    /** When the transactions were committed that were read, and those of the rows waiting. */
    CommitTimes times() {
        return times;
    }

    /**
     * When the transaction at hand was committed, microseconds since 1970; null between
     * transactions, and where that was at another server.
     */
    @Nullable Long ownCommitMicros() {
        return begin == null || !clock.equals(CommitTimes.OWN)
                ? null
                : begin.commitTimestampMicros();
    }

    /** How many transactions of which changes were taken have ended since the last call. */
    int takeTransactions() {
        int ended = transactions;
        transactions = 0;
        return ended;
    }

    /**
     * The server has nothing before this LSN any more; moves the position when no transaction is
     * pending.
     */
    void idleUpTo(Lsn walEnd) {
        if (inTransaction()) {
            requireToCome(walEnd);
            return;
        }
        renewIfDue(walEnd);
        end = Lsn.max(end, walEnd);
    }

    /**
     * A transaction that was read in part comes again, and the server never gets past it before.
     */
    private void requireToCome(Lsn walEnd) {
        PartialTransaction awaited = begin == null ? position().partial() : null;
        if (awaited != null && walEnd.isAfter(awaited.commitLsn())) {
            throw differs(
                    "transaction "
                            + Integer.toUnsignedString(awaited.xid())
                            + " with its commit at LSN "
                            + awaited.commitLsn()
                            + ", of which "
                            + awaited.changes()
                            + " changes were taken, didn't come, and the server is at LSN "
                            + walEnd);
        }
    }

    /**
     * In front of the first transaction that commits here or behind the stream has to go on from a
     * new connection; null when it needn't.
     */
    void renewAt(@Nullable Lsn place) {
        renewal = place;
    }

    /** Whether what came lies behind this in part. */
    boolean isBeyond(Lsn place) {
        Begin open = begin;
        return end.isAfter(place) || (open != null && !place.isAfter(open.finalLsn()));
    }

    /** All that commits in front of this has come, and nothing behind. */
    private void renewIfDue(Lsn reached) {
        Lsn place = renewal;
        if (place != null && !inTransaction() && !place.isAfter(reached)) {
            renewal = null;
            end = Lsn.max(end, place);
            throw new RenewalException(place);
        }
    }

    /** Whether a transaction is pending: its end is yet to come. */
    boolean inTransaction() {
        return begin != null || taken.isResumed();
    }

    /** Where the transaction at hand commits; null between transactions. */
    @Nullable Lsn commitLsn() {
        return begin == null ? null : begin.finalLsn();
    }

    /** Id of the transaction at hand; only within one. */
    int xid() {
        Begin open = begin;
        if (open == null) {
            throw new IllegalStateException("No transaction is at hand");
        }
        return open.xid();
    }

    /** Whether a part of the pending transaction was taken, here or on a former connection. */
    boolean isInMidst() {
        return taken.isResumed() || (begin != null && taken.isTakenHere());
    }

    /** The connection is gone; what comes next is a resend from {@link #position}. */
    void reconnect() {
        taken.resume(position().partial());
        begin = null;
        relations.forget();
        shown.reconnect();
        tables.values().forEach(CapturedTable::forgetDescription);
    }

    /**
     * Takes another schema for a table: what comes next, on a new connection, is a resend from
     * {@link #position}. No rows may wait.
     */
    void accept(TableSchema schema) {
        CapturedTable former = tables.get(schema.oid());
        if (former == null || rows > 0) {
            throw new IllegalStateException(
                    "Table " + schema.name() + " isn't captured, or rows wait");
        }
        reconnect();
        builders.forget(former);
        capture(schema);
        relations.renamed(former.schema().name(), schema.name(), schema.oid());
    }

    /** How far the rows taken reach. */
    StreamPosition position() {
        return new StreamPosition(end, taken.partial(begin));
    }

    /**
     * Gives the batches of all rows waiting, in the order in which their tables were first touched.
     */
    List<ChangeBatch> take() {
        for (CapturedTable table : touched) {
            closeBatch(table);
            table.touched(false);
            builders.measure(table);
        }
        builders.trim();
        touched.clear();
        List<ChangeBatch> taken = List.copyOf(closed);
        closed.clear();
        times.given();
        waitingTransaction = NO_TRANSACTION;
        rows = 0;
        bytes = 0;
        return taken;
    }

    private void closeBatch(CapturedTable table) {
        if (table.builder().rows() > 0) {
            closed.add(table.builder().build().from(timeline));
            table.newBytes();
        }
    }

    @Override
    public void begin(Begin newBegin) {
        relations.nothing();
        Begin open = begin;
        if (open != null) {
            throw new PipelineFailedException(
                    "Transaction "
                            + Integer.toUnsignedString(newBegin.xid())
                            + " began at LSN "
                            + messageLsn
                            + " inside of transaction "
                            + Integer.toUnsignedString(open.xid())
                            + ", which had not ended: the stream is damaged. Start the job again"
                            + " from its newest checkpoint");
        }
        renewIfDue(newBegin.finalLsn());
        if (!catalog.isByThen() && shown.arePassedBy(newBegin.xid(), newBegin.finalLsn())) {
            throw new PassedSnapshotException(newBegin.xid(), newBegin.finalLsn());
        }
        transaction = taken.begin(newBegin);
        begin = newBegin;
        clock = CommitTimes.OWN;
        shown.begin(newBegin.xid(), newBegin.finalLsn());
        committedAt(newBegin.commitTimestampMicros());
    }

    /**
     * A session with a replication origin to which it gave no time commits at PostgreSQL's epoch,
     * which says nothing.
     */
    private void committedAt(long micros) {
        if (micros != PgOutputDecoder.POSTGRES_EPOCH_MICROS) {
            newestCommitMicros = micros;
        }
    }

    @Override
    public void commit(Commit commit) {
        relations.nothing();
        if (taken.ordinal() > 0) {
            transactions++;
        }
        taken.commit();
        end = commit.endLsn();
        committedAt(commit.commitTimestampMicros());
        times.read(clock, commit.commitTimestampMicros());
        begin = null;
    }

    @Override
    public void origin(String name) {
        clock = CommitTimes.of(name);
    }

    @Override
    public void relation(RelationMessage relation) {
        relations.describe(relation, end);
    }

    @Override
    public void insert(int relationOid, TupleSlice newTuple) {
        CapturedTable table = change(relationOid, 'I', NO_OLD_ROW, null);
        if (table != null) {
            table.builder().insert(taken.ordinal(), newTuple);
            added(table);
        }
    }

    @Override
    public void update(
            int relationOid, char oldKind, @Nullable TupleSlice oldTuple, TupleSlice newTuple) {
        CapturedTable table = change(relationOid, 'U', oldKind, oldTuple);
        if (table != null) {
            table.builder().update(taken.ordinal(), oldKind, oldTuple, newTuple);
            added(table);
        }
    }

    @Override
    public void delete(int relationOid, char oldKind, TupleSlice oldTuple) {
        CapturedTable table = change(relationOid, 'D', oldKind, oldTuple);
        if (table != null) {
            table.builder().delete(taken.ordinal(), oldTuple);
            added(table);
        }
    }

    @Override
    public void truncate(Truncate truncate) {
        relations.truncate(truncate.relationOids(), end);
        taken.comes();
        List<Integer> relationOids = truncate.relationOids();
        int takenBefore = taken.tablesTaken(relationOids, messageLsn);
        for (int relationOid : relationOids.subList(takenBefore, relationOids.size())) {
            CapturedTable table = tables.get(relationOid);
            if (table == null || shown.contain(relationOid)) {
                continue;
            }
            table.requireAccepted(messageLsn);
            taken.take(relationOid, 'T');
            touch(table);
            closeBatch(table);
            table.builder().truncate(taken.ordinal());
            added(table);
            closeBatch(table);
        }
    }

    @Override
    public void message(LogicalMessage message) {
        // Heartbeats: their LSN comes back as the server's WAL end.
    }

    /**
     * Counts a change; gives the table that it is to be added to, null when it was taken before,
     * came with the snapshot or isn't captured.
     *
     * @param oldKind O for a whole old row, K for one of the identity's columns
     * @param old its old row; null without one
     */
    private @Nullable CapturedTable change(
            int relationOid, char operation, char oldKind, @Nullable TupleSlice old) {
        relations.change(relationOid, end);
        taken.comes();
        CapturedTable table = shown.contain(relationOid) ? null : tables.get(relationOid);
        if (table == null) {
            return null;
        }
        if (taken.wasTaken(relationOid, operation, messageLsn)) {
            return null;
        }
        table.requireAccepted(messageLsn);
        if (operation != 'I') {
            requireOldRow(table, old);
            requireIdentity(table, oldKind, old);
        }
        taken.take(relationOid, operation);
        if (!table.isDescribed()) {
            throw new IllegalStateException(
                    "A change of "
                            + table.schema().name()
                            + " at LSN "
                            + messageLsn
                            + " came before its Relation message");
        }
        touch(table);
        return table;
    }

    /**
     * Before the change is counted: when it isn't told of which partition it is, and one may have
     * logged less than the old row needs, its transaction is asked for again, once.
     */
    private void requireOldRow(CapturedTable table, @Nullable TupleSlice old) {
        Integer partition = relations.partition();
        String doubt = table.doubt(partition, old);
        Begin current = begin;
        if (doubt == null || current == null) {
            return;
        }
        String subject =
                "Cannot take an update or delete of "
                        + table.schema().name()
                        + " at LSN "
                        + messageLsn
                        + ": "
                        + doubt;
        if (partition == null && !current.finalLsn().equals(askedAgain)) {
            askedAgain = current.finalLsn();
            throw new UntoldPartitionException(subject);
        }
        throw new PipelineFailedException(
                subject
                        + (partition == null
                                ? ". The old row may be of such a one, with made-up nulls. "
                                : ". The old row would come with made-up nulls. ")
                        + catalog.tableAgain(table.schema().name())
                        + catalog.freshStart());
    }

    /**
     * Of a partition the kind of its old rows is that of the root's identity, of which no message
     * tells when it alone is altered, while their values go by the partition's.
     */
    private void requireIdentity(CapturedTable table, char oldKind, @Nullable TupleSlice old) {
        boolean whole = oldKind == 'O';
        if (old == null || whole == (table.schema().identity() == ReplicaIdentity.FULL)) {
            return;
        }
        throw new PipelineFailedException(
                "Cannot take an update or delete of "
                        + table.schema().name()
                        + " at LSN "
                        + messageLsn
                        + ": it was made while its replica identity was "
                        + (whole ? "FULL" : "not FULL")
                        + ", and the one that was captured is "
                        + table.schema().identity()
                        + ". That of a partitioned table was altered without its partitions': put"
                        + " it back, and read the table again. "
                        + catalog.tableAgain(table.schema().name())
                        + catalog.freshStart());
    }

    private void touch(CapturedTable table) {
        Begin current = begin;
        if (current == null) {
            throw new IllegalStateException(
                    "A change at LSN " + messageLsn + " came outside a transaction");
        }
        if (!table.isTouched()) {
            table.touched(true);
            touched.add(table);
            builders.need(table);
        }
        if (table.enters(transaction)) {
            table.builder()
                    .transaction(
                            current.finalLsn(), current.commitTimestampMicros(), current.xid());
        }
    }

    /** A row was added: a null takes as many bytes as a value there, and one on the wire. */
    private void added(CapturedTable table) {
        Begin current = begin;
        if (current != null && waitingTransaction != transaction) {
            times.waits(clock, current.commitTimestampMicros());
            waitingTransaction = transaction;
        }
        rows++;
        bytes += table.newBytes();
        if (table.builder().rows() == 1) {
            builders.measure(table);
        }
    }

    private PipelineFailedException differs(String what) {
        return new PipelineFailedException(
                "The slot doesn't send again what was read before: "
                        + what
                        + ". Going on would lose or double changes. Was the publication changed, or"
                        + " the slot made anew? "
                        + catalog.freshStart());
    }
}
