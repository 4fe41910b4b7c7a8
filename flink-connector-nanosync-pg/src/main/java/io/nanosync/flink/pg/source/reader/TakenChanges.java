package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import io.nanosync.flink.pg.wire.pgoutput.Begin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What was taken of the transaction at hand, on this connection and before: PostgreSQL resends it
 * from its beginning.
 *
 * <p>Counted are the changes of each captured table by themselves. How many changes the server
 * sends of other tables isn't the same each time when the publication is altered beside the
 * transaction: it goes by what other transactions have left in the walsender's cache.
 */
final class TakenChanges {

    private final Function<String, PipelineFailedException> differs;

    /** What was taken before this connection; null when that is nothing, or passed. */
    private @Nullable PartialTransaction before;

    /** Tables of which this connection has sent changes. */
    private final List<CapturedTable> sent = new ArrayList<>();

    /** Counts transactions over all connections. */
    private long transaction;

    /** All changes that this connection has sent, of whatever table. */
    private long all;

    /** The number in its transaction of the newest change that was taken. */
    private long ordinal;

    private boolean takenHere;
    private Lsn lastLsn = Lsn.NONE;
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
        sent.clear();
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

    /**
     * The transaction ends.
     *
     * @param counts whether changes of a table, by its OID, are counted in it
     */
    void commit(IntPredicate counts) {
        PartialTransaction resumed = before;
        if (resumed != null) {
            requireAll(resumed, counts);
        }
        before = null;
        forget();
    }

    private void requireAll(PartialTransaction resumed, IntPredicate counts) {
        Map<Integer, Long> perTable = resumed.perTable();
        if (perTable == null) {
            if (all < resumed.changes()) {
                throw differs.apply(fewer(resumed, "", resumed.changes(), all));
            }
            return;
        }
        Map<Integer, Long> now = sent();
        perTable.forEach(
                (oid, taken) -> {
                    long again = now.getOrDefault(oid, 0L);
                    if (counts.test(oid) && again < taken) {
                        String of = " of relation " + Integer.toUnsignedString(oid);
                        throw differs.apply(fewer(resumed, of, taken, again));
                    }
                });
    }

    private static String fewer(PartialTransaction resumed, String of, long then, long now) {
        return subject(resumed)
                + " had at least "
                + then
                + " changes"
                + of
                + " and came again with "
                + now;
    }

    private static String subject(PartialTransaction resumed) {
        return "transaction " + Integer.toUnsignedString(resumed.xid());
    }

    private Map<Integer, Long> sent() {
        Map<Integer, Long> counts = new HashMap<>();
        sent.forEach(table -> counts.put(table.schema().oid(), table.changesOf(transaction)));
        return counts;
    }

    /** A change comes, of whatever tables. */
    void comes() {
        all++;
    }

    /** Whether the change that comes, of this table, was taken before. */
    boolean wasTaken(CapturedTable table) {
        PartialTransaction resumed = before;
        return resumed != null && wasTaken(resumed, table, table.changesOf(transaction) + 1, all);
    }

    private static boolean wasTaken(
            PartialTransaction resumed, CapturedTable table, long ofTable, long ofAll) {
        Map<Integer, Long> perTable = resumed.perTable();
        return perTable == null
                ? ofAll <= resumed.changes()
                : ofTable <= perTable.getOrDefault(table.schema().oid(), 0L);
    }

    /** Takes a change that came; false when it was taken before. */
    boolean take(CapturedTable table, char operation, Lsn lsn) {
        long ofTable = table.count(transaction);
        if (ofTable == 1) {
            sent.add(table);
        }
        PartialTransaction resumed = before;
        if (resumed != null && wasTaken(resumed, table, ofTable, all)) {
            compareLast(resumed, table.schema().oid(), ofTable, operation, lsn);
            return false;
        }
        ordinal++;
        takenHere = true;
        lastLsn = lsn;
        lastRelation = table.schema().oid();
        lastOperation = operation;
        return true;
    }

    private void compareLast(
            PartialTransaction resumed, int relation, long ofTable, char operation, Lsn lsn) {
        Map<Integer, Long> perTable = resumed.perTable();
        boolean isLast =
                perTable == null
                        ? all == resumed.changes() && operation != 'T'
                        : relation == resumed.lastRelation()
                                && ofTable == perTable.getOrDefault(relation, 0L);
        boolean isSame =
                resumed.lastLsn().equals(lsn)
                        && resumed.lastRelation() == relation
                        && resumed.lastOperation() == operation;
        if (isLast && !isSame) {
            throw differs.apply(
                    "change "
                            + resumed.changes()
                            + " of "
                            + subject(resumed)
                            + " was "
                            + resumed.lastOperation()
                            + " of relation "
                            + Integer.toUnsignedString(resumed.lastRelation())
                            + " at LSN "
                            + resumed.lastLsn()
                            + ", it came again as "
                            + operation
                            + " of relation "
                            + Integer.toUnsignedString(relation)
                            + " at LSN "
                            + lsn);
        }
    }

    /** The number in its transaction of the newest change that was taken, from 1. */
    long ordinal() {
        return ordinal;
    }

    /** How much of a transaction is taken that has begun; null for nothing. */
    @Nullable PartialTransaction partial(@Nullable Begin begin) {
        PartialTransaction resumed = before;
        if (begin == null || !takenHere) {
            return resumed;
        }
        Map<Integer, Long> counts = sent();
        if (resumed != null && resumed.perTable() != null) {
            resumed.perTable().forEach((oid, taken) -> counts.merge(oid, taken, Math::max));
        }
        return new PartialTransaction(
                begin.finalLsn(),
                begin.xid(),
                ordinal,
                Map.copyOf(counts),
                lastLsn,
                lastRelation,
                lastOperation);
    }
}
