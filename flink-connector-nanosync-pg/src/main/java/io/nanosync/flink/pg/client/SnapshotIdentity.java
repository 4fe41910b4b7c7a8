package io.nanosync.flink.pg.client;

import java.io.Serializable;

/**
 * An exported snapshot, and what proves that an import gave the same one: snapshot ids repeat after
 * a restart of the server with other contents.
 *
 * @param id what {@code SET TRANSACTION SNAPSHOT} takes
 * @param contents {@code pg_current_snapshot()::text}
 * @param postmasterStart {@code pg_postmaster_start_time()} as text
 * @param systemIdentifier the cluster
 */
public record SnapshotIdentity(
        String id, String contents, String postmasterStart, long systemIdentifier)
        implements Serializable {}
