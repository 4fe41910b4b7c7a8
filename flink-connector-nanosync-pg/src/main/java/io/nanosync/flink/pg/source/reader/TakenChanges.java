package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition.Numbering;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import io.nanosync.flink.pg.wire.pgoutput.Begin;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was taken of the transaction at hand, on this connection and before: PostgreSQL resends it
 * from its beginning.
 *
 * <p>Within one transaction changes come in the order of their LSNs, so what lies before the last
 * change that was taken was taken, or didn't come. Only rows that share the last one's LSN are
 * counted. How many changes come in front of it isn't the same each time: that goes by what other
 * transactions have left in the walsender's cache, when the publication is altered beside them or,
 * before 15, a partition is detached.
 *
 * <p>Source: PostgreSQL, {@code src/backend/replication/logical/reorderbuffer.c}, {@code
 * ReorderBufferIterTXNNext}: a heap over the transaction and its subtransactions, by LSN. A record
 * of several rows, {@code XLOG_HEAP2_MULTI_INSERT}, is of one table.
 */
final class TakenChanges {

    private final Function<String, PipelineFailedException> differs;

    /** What was taken before this connection; null when that is nothing, or passed. */
    private @Nullable PartialTransaction before;

    /** Counts transactions over all connections. */
    private long transaction;

    /** The number in its transaction of the newest change that was taken. */
    private long ordinal;

    /** LSN of the newest change of a captured table. */
    private Lsn lsn = Lsn.NONE;

    /** How many of them this connection has sent there. */
    private long atLsn;

    /** How many it has sent of the table of the last change that was taken before. */
    private long ofTable;

    /** How many changes it has sent, of whatever table. */
    private long all;

    private boolean takenHere;
    private Lsn lastLsn = Lsn.NONE;
    private long lastNumber;
    private int lastRelation;
    private char lastOperation;

    /**
     * @param before what was taken of the transaction that comes first; null for nothing
     * @param differs what to throw when the server doesn't send the same again
     */
    TakenChanges(
            @Nullable PartialTransaction before,
            Function<String, PipelineFailedException> differs) {
        this.before = before;
        this.differs = differs;
    }

    /** Whether a transaction has to come again. */
    boolean isResumed() {
        return before != null;
    }

    /** Whether a change of the transaction at hand was taken on this connection. */
    boolean isTakenHere() {
        return takenHere;
    }

    /** The connection is gone: what comes next is a resend behind this. */
    void resume(@Nullable PartialTransaction partial) {
        before = partial;
        forget();
    }

    private void forget() {
        lsn = Lsn.NONE;
        atLsn = 0;
        ofTable = 0;
        all = 0;
        takenHere = false;
        ordinal = 0;
    }

    /** A transaction begins; gives its number. */
    long begin(Begin begin) {
        PartialTransaction resumed = before;
        if (resumed != null
                && (resumed.xid() != begin.xid()
                        || !resumed.commitLsn().equals(begin.finalLsn()))) {
            throw differs.apply(
                    subject(resumed)
                            + " committed at LSN "
                            + resumed.commitLsn()
                            + " was to come again, "
                            + Integer.toUnsignedString(begin.xid())
                            + " at LSN "
                            + begin.finalLsn()
                            + " came");
        }
        forget();
        ordinal = resumed == null ? 0 : resumed.changes();
        return ++transaction;
    }

    /** The transaction ends. */
    void commit() {
        before = null;
        forget();
    }

    private static String subject(PartialTransaction resumed) {
        return "transaction " + Integer.toUnsignedString(resumed.xid());
    }

    /** A change comes, of whatever tables. */
    void comes() {
        all++;
    }

    /** A row of a captured table comes: whether it was taken before. */
    boolean wasTaken(int relation, char operation, Lsn at) {
        comesAt(at);
        PartialTransaction resumed = before;
        if (resumed == null) {
            return false;
        }
        if (relation == resumed.lastRelation()) {
            ofTable++;
        }
        int orderToLast = at.compareTo(resumed.lastLsn());
        if (orderToLast == 0) {
            requireSame(resumed, relation, operation);
        }
        return orderToLast < 0
                || (orderToLast == 0 && number(resumed.numbering()) <= resumed.lastNumber());
    }

    /**
     * A truncate comes: of how many of its tables, from the first one on, it was taken before.
     *
     * <p>By the last one's place and by no count: which of them are captured, and which the
     * snapshot shows, may be others than then.
     *
     * @param relations its tables in the order of the message, which is that of the WAL
     */
    int tablesTaken(List<Integer> relations, Lsn at) {
        comesAt(at);
        PartialTransaction resumed = before;
        if (resumed == null) {
            return 0;
        }
        int last = relations.indexOf(resumed.lastRelation());
        if (last >= 0) {
            ofTable++;
        }
        int orderToLast = at.compareTo(resumed.lastLsn());
        if (orderToLast != 0) {
            return orderToLast < 0 ? relations.size() : 0;
        }
        if (resumed.lastOperation() != 'T' || last < 0) {
            throw differs(resumed, "T of other relations");
        }
        return last + 1;
    }

    private void comesAt(Lsn at) {
        int order = at.compareTo(lsn);
        if (order < 0) {
            throw differs.apply(
                    "a change at LSN "
                            + at
                            + " came behind one at LSN "
                            + lsn
                            + " of the same transaction");
        }
        atLsn = order == 0 ? atLsn + 1 : 1;
        lsn = at;
    }

    private long number(Numbering numbering) {
        return switch (numbering) {
            case AT_LSN -> atLsn;
            case OF_TABLE -> ofTable;
            case OF_TRANSACTION -> all;
        };
    }

    /** All rows at one LSN are of one table. */
    private void requireSame(PartialTransaction resumed, int relation, char operation) {
        if (operation != resumed.lastOperation() || relation != resumed.lastRelation()) {
            throw differs(resumed, described(operation, relation));
        }
    }

    private PipelineFailedException differs(PartialTransaction resumed, String came) {
        return differs.apply(
                "at LSN "
                        + resumed.lastLsn()
                        + " "
                        + subject(resumed)
                        + " had "
                        + described(resumed.lastOperation(), resumed.lastRelation())
                        + ", it came again with "
                        + came);
    }

    private static String described(char operation, int relation) {
        return operation + " of relation " + Integer.toUnsignedString(relation);
    }

    /** Takes the change that came. */
    void take(int relation, char operation) {
        ordinal++;
        takenHere = true;
        lastLsn = lsn;
        lastNumber = atLsn;
        lastRelation = relation;
        lastOperation = operation;
    }

    /** The number in its transaction of the newest change that was taken, from 1. */
    long ordinal() {
        return ordinal;
    }

    /** How much of a transaction is taken that has begun; null for nothing. */
    @Nullable PartialTransaction partial(@Nullable Begin begin) {
        if (begin == null || !takenHere) {
            return before;
        }
        return new PartialTransaction(
                begin.finalLsn(),
                begin.xid(),
                ordinal,
                lastLsn,
                lastRelation,
                lastOperation,
                lastNumber,
                Numbering.AT_LSN);
    }
}
