package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.wal.Lsn;

/**
 * The stream passes the snapshot of a table that was read while it stood in front of it. Before 15
 * a walsender remembers what wasn't published when it met it, and leaves that out for as long as
 * the connection lives: also partitions that were attached to the table since. A new connection
 * finds out what they are now.
 *
 * <p>All that may have been met before it was attached has committed in front of the first
 * transaction that the snapshot doesn't show: attaching waits for those that write, and the
 * partitions were read, and all transactions waited for, before the snapshot was taken.
 */
final class PassedSnapshotException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PassedSnapshotException(int xid, Lsn commit) {
        super(
                "transaction "
                        + Integer.toUnsignedString(xid)
                        + ", committed at LSN "
                        + commit
                        + ", is the first one behind a snapshot, and before version 15 the server"
                        + " leaves out what it has met before it was published");
    }
}
