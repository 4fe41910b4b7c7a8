package io.nanosync.flink.pg.wal;

import java.io.Serializable;
import java.util.List;

/**
 * A place in the WAL of one cluster. An LSN alone doesn't tell: another timeline has the same LSNs
 * with other contents.
 *
 * @param timeline on which it was taken
 * @param lsn the place
 * @param reached all that was read, of this timeline and of others: it has to be part of a server's
 *     WAL, or the place isn't the same there
 */
public record WalPlace(Timeline timeline, Lsn lsn, List<Reached> reached) implements Serializable {

    /** A place up to which everything was read, and nothing behind. */
    public static WalPlace at(Timeline timeline, Lsn lsn) {
        return new WalPlace(timeline, lsn, List.of(new Reached(timeline, lsn)));
    }
}
