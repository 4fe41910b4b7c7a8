package io.nanosync.flink.pg.client.jdbc;

/** Attributes of the role. That it may connect is known by now. */
final class RoleCheck implements PreflightCheck {

    @Override
    public void run(PreflightContext context, Findings findings) {
        RoleFacts role = context.role();
        if (context.streams() && !role.replication()) {
            findings.error(
                    "Role \"" + role.name() + "\" may not replicate",
                    role.amazon()
                            ? "GRANT rds_replication TO " + context.roleSql()
                            : "ALTER ROLE " + context.roleSql() + " REPLICATION");
        }
        if (!role.readsControlData()) {
            findings.error(
                    "Role \""
                            + role.name()
                            + "\" may not read the identity of the server, by which a restored or"
                            + " other server is told from this one",
                    "GRANT EXECUTE ON FUNCTION pg_control_system(), pg_control_checkpoint() TO "
                            + context.roleSql());
        }
    }
}
