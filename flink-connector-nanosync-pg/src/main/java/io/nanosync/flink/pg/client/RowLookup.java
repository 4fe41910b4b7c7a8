package io.nanosync.flink.pg.client;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows by their keys as they are now, each time in a transaction of its own. Used by one
 * thread; {@link #cancel} and {@link #close} from any.
 */
public interface RowLookup extends CompositeCatalog, AutoCloseable {

    /**
     * Starts a COPY in binary form. It has at least one row for each key: the key's index in the
     * request (int4), whether there is a row of the table with it (true, else null), and the
     * columns asked for, which are null where there is none. More than one only where the key isn't
     * unique.
     *
     * @throws PgException to {@link PgException.Recovery#WAIT} for as long as the server doesn't
     *     show yet what a transaction of the request did, after which the session can be used on
     */
    void start(LookupRequest request) throws PgException;

    /** As {@link SnapshotSession#nextCopyData}. */
    @Nullable ByteBuffer nextCopyData() throws PgException;

    /** Ends the transaction of a COPY that was read to its end. */
    void commit() throws PgException;

    /** As {@link SnapshotSession#server}. */
    ServerRun server() throws PgException;

    /** As {@link SnapshotSession#cancel}. */
    void cancel();

    @Override
    void close();
}
