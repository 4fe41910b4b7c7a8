package io.nanosync.flink.pg.wal;

import java.io.Serializable;

/**
 * A place in the WAL of one cluster. An LSN alone doesn't tell: another timeline has the same LSNs
 * with other contents.
 *
 * @param lsn the place
 * @param reached an LSN, not before the place, up to which contents are known from this timeline:
 *     on a server on which they are others, the place isn't the same either
 */
public record WalPlace(Timeline timeline, Lsn lsn, Lsn reached) implements Serializable {}
