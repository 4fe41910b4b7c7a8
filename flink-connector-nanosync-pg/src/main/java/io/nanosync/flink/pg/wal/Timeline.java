package io.nanosync.flink.pg.wal;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * A line of WAL on which an LSN has one meaning. Each promotion of a standby begins a new one; two
 * standbys that are promoted without knowing of each other give theirs the same number.
 *
 * @param systemIdentifier the cluster, with its standbys
 * @param number counts promotions, from {@link #FIRST}
 * @param begin where it parted from the one before, {@link Lsn#NONE} for the first; null where that
 *     isn't known
 */
@PublicEvolving
public record Timeline(long systemIdentifier, int number, @Nullable Lsn begin)
        implements Serializable {

    /** The number of the timeline that a cluster begins with, which has no history. */
    public static final int FIRST = 1;

    private static final long serialVersionUID = 1L;

    /** Completes what is known by its number alone. */
    public Timeline {
        if (number == FIRST) {
            begin = Lsn.NONE;
        }
    }

    /** One of which only the number is known. */
    public static Timeline numbered(long systemIdentifier, int number) {
        return new Timeline(systemIdentifier, number, null);
    }

    /** Whether it is the same, as far as is known of both. */
    public boolean isSame(Timeline other) {
        return systemIdentifier == other.systemIdentifier
                && number == other.number
                && (begin == null || other.begin == null || begin.equals(other.begin));
    }

    /** Its number, and where it began. */
    @Override
    public String toString() {
        return begin == null || number == FIRST
                ? Integer.toString(number)
                : number + " (which began at LSN " + begin + ")";
    }
}
