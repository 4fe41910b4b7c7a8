package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import java.util.List;

/** Room for a slot, a walsender and the connections. */
final class CapacityCheck implements PreflightCheck {

    // What kind of process a row is, others may not see; that it has a database, everybody may.
    private static final String IN_USE =
            """
            SELECT count(*) AS server,
                   count(*) FILTER (WHERE datname = current_database()) AS database,
                   count(*) FILTER (WHERE usename = current_user) AS role
              FROM pg_stat_activity
             WHERE datid IS NOT NULL AND pid <> pg_backend_pid()
               AND pid NOT IN (SELECT pid FROM pg_stat_replication)
            """;

    private static final String DATABASE_LIMIT =
            "SELECT datconnlimit FROM pg_database WHERE datname = current_database()";

    @Override
    public void run(PreflightContext context, Findings findings) throws PgException {
        if (context.streams()) {
            if (context.request().createsSlot()) {
                slots(context, findings);
            }
            walsenders(context, findings);
        }
        connections(context, findings);
    }

    private static void slots(PreflightContext context, Findings findings) throws PgException {
        Session session = context.session();
        int max = context.number("max_replication_slots");
        String doing = "count the replication slots";
        List<String> names =
                session.rows(
                        doing,
                        "SELECT slot_name FROM pg_replication_slots",
                        row -> row.getString(1));
        String slot = context.request().slot();
        if (names.size() < max || (slot != null && names.contains(slot))) {
            return;
        }
        List<String> inactive =
                session.rows(
                        doing,
                        "SELECT slot_name FROM pg_replication_slots WHERE NOT active ORDER BY 1",
                        row -> row.getString(1));
        findings.shortage(
                "No replication slot is free: all "
                        + max
                        + " (max_replication_slots) are taken"
                        + (inactive.isEmpty()
                                ? ""
                                : "; inactive are " + String.join(", ", inactive)),
                "ALTER SYSTEM SET max_replication_slots = "
                        + (names.size() + 1)
                        + "; then restart PostgreSQL, or drop one that nobody needs: SELECT"
                        + " pg_drop_replication_slot('NAME')");
    }

    private static void walsenders(PreflightContext context, Findings findings) throws PgException {
        int max = context.number("max_wal_senders");
        int used =
                context.session()
                        .one(
                                "count the walsenders",
                                "SELECT count(*) FROM pg_stat_replication",
                                row -> row.getInt(1));
        if (used >= max) {
            findings.shortage(
                    "No walsender is free: " + used + " of " + max + " (max_wal_senders) are taken",
                    "ALTER SYSTEM SET max_wal_senders = "
                            + (used + 1)
                            + "; then restart PostgreSQL");
        }
    }

    private static void connections(PreflightContext context, Findings findings)
            throws PgException {
        InUse inUse =
                context.session()
                        .one(
                                "count the connections",
                                IN_USE,
                                row ->
                                        new InUse(
                                                row.getInt("server"),
                                                row.getInt("database"),
                                                row.getInt("role")));
        int max = context.number("max_connections");
        int reserved =
                context.role().superuser()
                        ? 0
                        : context.number("superuser_reserved_connections")
                                + context.number("reserved_connections");
        room(
                context,
                findings,
                "the server",
                max - reserved - inUse.server(),
                serverRemedy(context, max));
        if (context.role().superuser()) {
            return;
        }
        int roleLimit = context.role().connectionLimit();
        if (roleLimit >= 0) {
            String role = "role \"" + context.role().name() + "\"";
            String sql = "ALTER ROLE " + context.roleSql() + " CONNECTION LIMIT -1";
            room(context, findings, role, roleLimit - inUse.role(), sql);
        }
        int databaseLimit =
                context.session()
                        .one("read the database's limit", DATABASE_LIMIT, row -> row.getInt(1));
        if (databaseLimit >= 0) {
            String name = context.session().endpoint().database();
            String sql = "ALTER DATABASE \"" + name + "\" CONNECTION LIMIT -1";
            room(
                    context,
                    findings,
                    "database \"" + name + "\"",
                    databaseLimit - inUse.database(),
                    sql);
        }
    }

    private static String serverRemedy(PreflightContext context, int max) {
        return "ALTER SYSTEM SET max_connections = "
                + (max + context.request().connections())
                + "; then restart PostgreSQL, or lower snapshot_workers";
    }

    private static void room(
            PreflightContext context, Findings findings, String whose, int free, String remedy) {
        int needed = context.request().connections();
        if (free < needed) {
            findings.shortage(
                    "The pipeline opens up to "
                            + needed
                            + " connections, and "
                            + whose
                            + " has room for "
                            + Math.max(0, free),
                    remedy);
        }
    }

    private record InUse(int server, int database, int role) {}
}
