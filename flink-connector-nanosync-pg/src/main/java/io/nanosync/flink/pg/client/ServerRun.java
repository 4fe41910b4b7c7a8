package io.nanosync.flink.pg.client;

/**
 * A server from its start to its end. What one shows others may not: a standby lags, and one that
 * was restarted may have lost what it showed.
 *
 * @param systemIdentifier the cluster, which standbys share
 * @param postmasterStart {@code pg_postmaster_start_time()} as text, to the microsecond
 */
public record ServerRun(long systemIdentifier, String postmasterStart) {

    /** The one that a snapshot is of. */
    public static ServerRun of(SnapshotIdentity snapshot) {
        return new ServerRun(snapshot.systemIdentifier(), snapshot.postmasterStart());
    }

    /** The one that was asked who it is. */
    public static ServerRun of(ServerIdentity server) {
        return new ServerRun(server.systemIdentifier(), server.postmasterStart());
    }

    /**
     * Refuses any but this one to answer for it.
     *
     * @throws PgException to try again: with several hosts, or behind a load balancer, another one
     *     may have been reached
     */
    public void require(ServerRun answering, String doing) throws PgException {
        if (!equals(answering)) {
            throw PgException.tryAgain(
                    "Cannot "
                            + doing
                            + ": the connection reached another server than the one whose rows"
                            + " were read, or that one was restarted: expected "
                            + this
                            + ", found "
                            + answering);
        }
    }

    @Override
    public String toString() {
        return "system "
                + Long.toUnsignedString(systemIdentifier)
                + ", started at "
                + postmasterStart;
    }
}
