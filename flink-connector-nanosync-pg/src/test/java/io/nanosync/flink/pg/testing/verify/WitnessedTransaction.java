package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A committed transaction.
 *
 * @param xid its id, 32 bits
 * @param end end LSN of its commit record
 * @param lines changes and truncates in order
 * @param places where each of them lies in the WAL
 */
record WitnessedTransaction(long xid, Lsn end, List<DecodedLine> lines, List<Lsn> places) {

    /** One of which nobody asks where its changes lie. */
    static WitnessedTransaction of(long xid, Lsn end, List<DecodedLine> lines) {
        return new WitnessedTransaction(xid, end, lines, Collections.nCopies(lines.size(), end));
    }

    /**
     * How many of its lines are done with, as far as a table is concerned, where a stream stands.
     * Rows of one COPY share their place: there the position says which of them it is.
     *
     * @param comes whether a line comes as a change of the table
     */
    int emittedAt(StreamPosition position, Predicate<DecodedLine> comes) {
        if (!end.isAfter(position.end())) {
            return lines.size();
        }
        StreamPosition.@Nullable PartialTransaction partial = position.partial();
        if (partial == null || Integer.toUnsignedLong(partial.xid()) != xid) {
            return 0;
        }
        long left = partial.lastNumber();
        int emitted = 0;
        for (int i = 0; i < lines.size(); i++) {
            boolean isCounted =
                    left > 0 && partial.lastLsn().equals(places.get(i)) && comes.test(lines.get(i));
            left -= isCounted ? 1 : 0;
            if (isCounted || partial.lastLsn().isAfter(places.get(i))) {
                emitted = i + 1;
            }
        }
        return emitted;
    }
}
