package io.nanosync.flink.pg.client;

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
     * position()}; null when none has come yet. Never blocks.
     */
    @Nullable ByteBuffer poll() throws PgException;

    /** WAL start LSN of the message that {@link #poll} returned last. */
    Lsn messageLsn();

    /**
     * The server's WAL end, as the newest message or keepalive told. With nothing pending it may be
     * confirmed.
     */
    Lsn serverWalEnd();

    /**
     * Sends a status update now: everything up to {@code flushed} is safe. Never blocks on {@link
     * #poll}.
     */
    void confirm(Lsn flushed) throws PgException;

    /** Breaks the connection at once. */
    void abort();

    /** Ends streaming and closes the connection. */
    @Override
    void close();
}
