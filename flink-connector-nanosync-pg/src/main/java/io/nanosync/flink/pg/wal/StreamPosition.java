package io.nanosync.flink.pg.wal;

import java.io.Serializable;
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
     * A transaction that was emitted in part, up to its last emitted change. Its changes come in
     * the order of their LSNs, each time; those at one LSN are of one WAL record, and so of one
     * table, or of one truncate.
     *
     * @param commitLsn LSN of its commit record ({@code final_lsn} of Begin)
     * @param xid its transaction id, 32 bits, unsigned
     * @param changes number of changes (insert, update, delete, truncate) emitted, at least 1
     * @param lastLsn WAL LSN of the last emitted change
     * @param lastRelation relation OID of the last emitted change, unsigned
     * @param lastOperation pgoutput's message byte of the last emitted change: I, U, D or T
     * @param lastNumber the number of the last emitted change, from 1; without meaning for a
     *     truncate, which was emitted for its tables up to {@code lastRelation}
     * @param numbering what that number counts
     */
    public record PartialTransaction(
            Lsn commitLsn,
            int xid,
            long changes,
            Lsn lastLsn,
            int lastRelation,
            char lastOperation,
            long lastNumber,
            Numbering numbering)
            implements Serializable {}

    /** What the number of a change counts. */
    public enum Numbering {
        /** Changes of captured tables at its LSN. */
        AT_LSN,
        /** Changes of its table in the transaction: in state of version 5. */
        OF_TABLE,
        /** All that the server sends of the transaction: in state of versions before 5. */
        OF_TRANSACTION
    }
}
