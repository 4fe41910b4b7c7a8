package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;

/**
 * The role of the session.
 *
 * @param replication whether it may replicate: by attribute, or by membership where a provider has
 *     roles for that
 * @param connectionLimit its own; -1 for none
 * @param amazon whether replicating is granted by Amazon's role instead of the attribute
 * @param createsInDatabase whether it has CREATE on the database
 * @param readsControlData whether it may call {@code pg_control_system()}
 */
record RoleFacts(
        String name,
        boolean superuser,
        boolean replication,
        int connectionLimit,
        boolean amazon,
        boolean createsInDatabase,
        boolean readsControlData) {

    private static final String ROLE =
            """
            SELECT r.rolname, r.rolsuper, r.rolconnlimit,
                   r.rolsuper OR r.rolreplication OR EXISTS (
                       SELECT FROM pg_roles g
                        WHERE g.rolname IN ('rds_replication', 'rds_superuser')
                          AND pg_has_role(g.oid, 'MEMBER')) AS replicates,
                   EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_replication') AS amazon,
                   has_database_privilege(current_database(), 'CREATE') AS creates,
                   has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
                       AND has_function_privilege('pg_catalog.pg_control_checkpoint()', 'EXECUTE')
                       AS control
              FROM pg_roles r WHERE r.rolname = current_user
            """;

    static RoleFacts of(Session session) throws PgException {
        return session.one(
                "read the attributes of the role",
                ROLE,
                row ->
                        new RoleFacts(
                                row.getString("rolname"),
                                row.getBoolean("rolsuper"),
                                row.getBoolean("replicates"),
                                row.getInt("rolconnlimit"),
                                row.getBoolean("amazon"),
                                row.getBoolean("creates"),
                                row.getBoolean("control")));
    }
}
