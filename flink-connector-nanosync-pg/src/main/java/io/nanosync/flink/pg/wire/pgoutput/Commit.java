package io.nanosync.flink.pg.wire.pgoutput;

import io.nanosync.flink.pg.wal.Lsn;

/**
 * End of a transaction.
 *
 * @param commitLsn LSN of the commit record
 * @param endLsn LSN behind the transaction: what may be confirmed once all of it is safe
 * @param commitTimestampMicros commit time, microseconds since 1970-01-01T00:00:00Z
 */
public record Commit(Lsn commitLsn, Lsn endLsn, long commitTimestampMicros) {}
