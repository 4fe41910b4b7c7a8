package io.nanosync.flink.pg.wire.pgoutput;

import io.nanosync.flink.pg.wal.Lsn;

/**
 * A message written with {@code pg_logical_emit_message}; its content stays on the wire.
 *
 * @param transactional whether it belongs to the surrounding transaction
 * @param lsn its position
 * @param prefix its prefix
 */
public record LogicalMessage(boolean transactional, Lsn lsn, String prefix) {}
