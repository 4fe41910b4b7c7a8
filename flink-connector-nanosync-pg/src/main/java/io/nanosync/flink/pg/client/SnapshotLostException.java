package io.nanosync.flink.pg.client;

/**
 * An exported snapshot can't be imported any more: its keeper ended, or the server was restarted.
 * The next start takes a snapshot anew.
 */
public final class SnapshotLostException extends PgException {

    private static final long serialVersionUID = 1L;

    public SnapshotLostException(String message, Throwable cause) {
        super(message, "42704", Recovery.RETRY, cause);
    }

    public SnapshotLostException(String message) {
        super(message, null, Recovery.RETRY, null);
    }
}
