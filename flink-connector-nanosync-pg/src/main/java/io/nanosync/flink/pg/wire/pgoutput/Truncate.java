package io.nanosync.flink.pg.wire.pgoutput;

import java.util.List;

/**
 * Tables were truncated together.
 *
 * @param relationOids their relation OIDs in the order of the message
 */
public record Truncate(List<Integer> relationOids, boolean cascade, boolean restartIdentity) {}
