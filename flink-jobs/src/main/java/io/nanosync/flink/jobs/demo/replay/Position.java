package io.nanosync.flink.jobs.demo.replay;

import java.util.Comparator;

/**
 * Where a row stands among all rows of its table.
 *
 * @param commitLsn unsigned
 * @param ordinal -1 for the truncate that restarts a snapshot, 0 for snapshot rows, changes count
 *     from 1
 */
record Position(long commitLsn, long ordinal) implements Comparable<Position> {

    private static final Comparator<Position> ORDER =
            Comparator.<Position, Long>comparing(Position::commitLsn, Long::compareUnsigned)
                    .thenComparingLong(Position::ordinal);

    /** Before everything. */
    static final Position START = new Position(0, Long.MIN_VALUE);

    boolean isRestart() {
        return ordinal == -1;
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }
}
