package io.nanosync.flink.pg.client.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * A transaction that is open.
 *
 * @param description who, where, since when
 * @param remedy the SQL that ends it
 */
record Blocker(String description, String remedy) {

    static Blocker session(
            int pid,
            @Nullable String role,
            @Nullable String database,
            @Nullable String application,
            @Nullable String state,
            @Nullable Long seconds) {
        return new Blocker(
                "PID "
                        + pid
                        + " (role "
                        + role
                        + ", database "
                        + database
                        + (application == null || application.isEmpty()
                                ? ""
                                : ", application \"" + application + "\"")
                        + (state == null ? "" : ", " + state)
                        + (seconds == null ? "" : ", open for " + seconds + " s")
                        + ")",
                "SELECT pg_terminate_backend(" + pid + ")");
    }

    static Blocker prepared(String gid, String owner, String database, long seconds) {
        String literal = "'" + gid.replace("'", "''") + "'";
        return new Blocker(
                "prepared transaction "
                        + literal
                        + " (role "
                        + owner
                        + ", database "
                        + database
                        + ", prepared "
                        + seconds
                        + " s ago)",
                "ROLLBACK PREPARED " + literal);
    }
}
