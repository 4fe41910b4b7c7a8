package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.wal.Lsn;
import java.io.Serializable;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens sessions to one database. Serializable, holds no connection; prints no secret. */
public interface PgClient extends Serializable {

    /** An ordinary session for catalog, slot and publication, by one thread at a time. */
    ControlSession openControl() throws PgException;

    /**
     * Creates a logical slot with {@code SNAPSHOT 'export'}. The snapshot lives until the result is
     * closed.
     *
     * @param failover whether the slot is to be synchronized to standbys (17 and newer)
     * @param bound how long to wait for the transactions that are open now; beyond it the command
     *     is cancelled, no slot is left, and the error names who held it up
     * @param waiting told every few seconds who holds it up (process ids, ages, states)
     * @throws SlotUntoldException when the slot may come all the same; after any other exception
     *     none of this call is there
     */
    ExportedSlot createSlot(String slot, boolean failover, Duration bound, Consumer<String> waiting)
            throws PgException;

    /**
     * Has standbys make copies of a slot from now on (17 and newer).
     *
     * @param server the server that was looked at: to reach another one is an error
     * @throws PgException to be waited for while somebody streams from it
     */
    void turnOnFailover(ServerIdentity server, String slot) throws PgException;

    /** A session that imports an exported snapshot, exports it again and holds it until closed. */
    Keeper importSnapshot(String snapshotId) throws PgException;

    /** A session that takes a snapshot of its own, exports it and holds it until closed. */
    Keeper takeSnapshot() throws PgException;

    /**
     * Takes a snapshot whose place in the WAL is known, for a slot that was there before: waits,
     * twice, for the transactions that are open.
     *
     * @param bound how long to wait; beyond it the error names who held it up
     * @param waiting told every few seconds who holds it up (process ids, ages, states)
     */
    LocatedSnapshot locateSnapshot(Duration bound, Waiting waiting) throws PgException;

    /** What is done while transactions are waited for. */
    @FunctionalInterface
    interface Waiting {

        /**
         * Called every few seconds.
         *
         * @param blockers who holds it up
         * @throws PgException to give up
         */
        void on(String blockers) throws PgException;
    }

    /** A session for reading table data under an exported snapshot. */
    SnapshotSession openSnapshot() throws PgException;

    /** A session for reading rows by their keys. */
    RowLookup openLookup() throws PgException;

    /** A session for looking at what there is. */
    CatalogSession openCatalog() throws PgException;

    /**
     * Starts streaming.
     *
     * @param server the server that was looked at: of several hosts this connection may have
     *     reached another, and that is an error; null for whichever it is
     * @param binary whether values are asked for in binary form (14 and newer)
     */
    ReplicationStream startReplication(
            @Nullable ServerIdentity server,
            String slot,
            String publication,
            Lsn from,
            boolean binary)
            throws PgException;

    /**
     * A snapshot and its place in the WAL.
     *
     * @param from every transaction that committed before is shown
     * @param to none that commits behind it is shown; of those between the snapshot's contents tell
     */
    record LocatedSnapshot(Keeper keeper, Lsn from, Lsn to) {}

    /** A new logical slot and the snapshot exported with it. */
    interface ExportedSlot extends AutoCloseable {
        /** Changes committed behind this LSN are in the slot, all before are in the snapshot. */
        Lsn consistentPoint();

        String snapshotId();

        @Override
        void close();
    }
}
