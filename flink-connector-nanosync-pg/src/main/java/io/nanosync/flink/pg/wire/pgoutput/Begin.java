package io.nanosync.flink.pg.wire.pgoutput;

import io.nanosync.flink.pg.wal.Lsn;

/**
 * Start of a transaction.
 *
 * @param finalLsn LSN of its commit record
 * @param commitTimestampMicros commit time, microseconds since 1970-01-01T00:00:00Z
 * @param xid transaction id, 32 bits, unsigned
 */
public record Begin(Lsn finalLsn, long commitTimestampMicros, int xid) {}
