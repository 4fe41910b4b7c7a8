package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.util.Collections;
import java.util.List;
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

    /** How many lines a stream has emitted that stands here. */
    int emittedAt(StreamPosition position) {
        if (!end.isAfter(position.end())) {
            return lines.size();
        }
        StreamPosition.@Nullable PartialTransaction partial = position.partial();
        return partial != null && Integer.toUnsignedLong(partial.xid()) == xid
                ? (int) places.stream().filter(place -> !place.isAfter(partial.lastLsn())).count()
                : 0;
    }
}
