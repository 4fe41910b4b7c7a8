package io.nanosync.flink.pg.client;

import java.io.Serializable;

/**
 * Which server this is.
 *
 * @param systemIdentifier {@code pg_control_system().system_identifier}: the cluster, shared with
 *     its physical standbys
 * @param timeline current timeline, counts up at each promotion
 * @param versionNum {@code server_version_num}, for example 150019
 * @param postmasterStart {@code pg_postmaster_start_time()} as text
 * @param inRecovery whether it is a standby
 */
public record ServerIdentity(
        long systemIdentifier,
        int timeline,
        int versionNum,
        String postmasterStart,
        boolean inRecovery)
        implements Serializable {

    /** Major version, for example 15. */
    public int major() {
        return versionNum / 10_000;
    }
}
