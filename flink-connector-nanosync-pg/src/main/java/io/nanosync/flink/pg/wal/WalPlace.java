package io.nanosync.flink.pg.wal;

import java.io.Serializable;

/**
 * A place in the WAL of one cluster. An LSN alone doesn't tell: another cluster, or another
 * timeline of this one, has the same LSNs with other contents.
 */
public record WalPlace(long systemIdentifier, int timeline, Lsn lsn) implements Serializable {}
