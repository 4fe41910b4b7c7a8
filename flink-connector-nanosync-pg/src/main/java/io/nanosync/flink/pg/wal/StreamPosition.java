package io.nanosync.flink.pg.wal;

import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the change stream has been emitted. PostgreSQL resends whole transactions from {@code
 * end}; of the first one, {@code partial} tells which changes to skip.
 *
 * @param end end LSN of the last transaction that was fully emitted, or a later LSN before which
 *     nothing was pending. What is confirmed to the slot, and where streaming starts again
 * @param partial the transaction after {@code end} of which some changes were emitted; null between
 *     transactions
 */
public record StreamPosition(Lsn end, @Nullable PartialTransaction partial)
        implements Serializable {

    /** A position between transactions. */
    public static StreamPosition at(Lsn end) {
        return new StreamPosition(end, null);
    }

    /** Whether more was emitted here than there. */
    public boolean isBeyond(StreamPosition other) {
        return end.isAfter(other.end) || (end.equals(other.end) && changes() > other.changes());
    }

    private long changes() {
        return partial == null ? 0 : partial.changes();
    }

    /**
     * A transaction that was emitted in part. The last emitted change is recorded so that a resend
     * which differs is refused rather than skipped wrongly.
     *
     * @param commitLsn LSN of its commit record ({@code final_lsn} of Begin)
     * @param xid its transaction id, 32 bits, unsigned
     * @param changes number of changes (insert, update, delete, truncate) emitted, at least 1
     * @param perTable how many of them are of which table, by OID; null in state of versions before
     *     5, whose {@code changes} are all that the server sends, also of tables that aren't
     *     captured
     * @param lastLsn WAL LSN of the last emitted change
     * @param lastRelation relation OID of the last emitted change, unsigned
     * @param lastOperation pgoutput's message byte of the last emitted change: I, U, D or T
     */
    public record PartialTransaction(
            Lsn commitLsn,
            int xid,
            long changes,
            @Nullable Map<Integer, Long> perTable,
            Lsn lastLsn,
            int lastRelation,
            char lastOperation)
            implements Serializable {}
}
