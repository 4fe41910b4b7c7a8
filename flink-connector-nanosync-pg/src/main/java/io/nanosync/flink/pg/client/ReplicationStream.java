package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.wal.ConfirmableLsn;
import io.nanosync.flink.pg.wal.Lsn;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A running logical replication stream. {@link #poll} by one thread, {@link #confirm} by another,
 * {@link #abort} by any.
 */
public interface ReplicationStream extends AutoCloseable {

    /**
     * The next pgoutput message, big-endian, backed by an array, its first byte at {@code
     * position()}; null when none has come yet. An empty poll waits about a millisecond for the
     * socket, so a loop around it needs no pause of its own; a message that has begun to come is
     * waited for.
     */
    @Nullable ByteBuffer poll() throws PgException;

    /**
     * WAL start LSN of the message that {@link #poll} returned last: of the change itself for a
     * row, truncate or logical message, of the transaction's first record for Begin, of the
     * <em>end</em> of the commit record for Commit. The server gives Relation and Type messages
     * none: 0/0. By the thread that polls.
     */
    Lsn messageLsn();

    /**
     * The server's WAL end, as the newest message or keepalive told; at first where streaming
     * began. Messages and keepalives come in order, so it never lies beyond the Commit of a
     * transaction that was not polled yet: with nothing pending it may be confirmed. An idle server
     * tells it about once for each thing that it writes, and in answer to each {@link #confirm}. By
     * any thread.
     */
    Lsn serverWalEnd();

    /**
     * Sends a status update now: everything up to {@code flushed} is safe. Never blocks on {@link
     * #poll}.
     *
     * @return whether it was sent; false when streaming has ended, of which {@link #poll} tells why
     */
    boolean confirm(ConfirmableLsn flushed) throws PgException;

    /** The server's end of the connection. */
    Backend backend();

    /** Breaks the connection at once. */
    void abort();

    /** Ends streaming and closes the connection. */
    @Override
    void close();
}
