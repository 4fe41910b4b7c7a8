package io.nanosync.flink.pg.client;

import java.util.List;

/**
 * Keeps a snapshot alive so that readers can import it. Its transaction is the only one that stays
 * open through the snapshot phase.
 */
public interface Keeper extends AutoCloseable {

    SnapshotIdentity identity();

    /**
     * The files of a table as of the snapshot: itself, or the leaves of a partitioned table in OID
     * order. Leaves that are foreign tables are an error.
     */
    List<TableFile> files(int tableOid) throws PgException;

    /** Asks the server; false when the session, and with it the snapshot, is gone. */
    boolean isAlive();

    @Override
    void close();
}
