package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;

/** Version, role in a cluster, and settings of the server as a whole. */
final class ServerCheck implements PreflightCheck {

    static final int OLDEST_MAJOR = 13;
    private static final int FAILOVER_MAJOR = 17;

    @Override
    public void run(PreflightContext context, Findings findings) throws PgException {
        encoding(context, findings);
        oldSnapshots(context, findings);
        if (!context.streams()) {
            return;
        }
        walLevel(context, findings);
        recovery(context, findings);
        failover(context, findings);
        synchronousStandbys(context, findings);
        idleTimeout(context, findings);
    }

    static void refuseVersion(Session session, Findings findings) {
        findings.error(
                "PostgreSQL "
                        + OLDEST_MAJOR
                        + " or newer is needed, "
                        + session.endpoint()
                        + " is version "
                        + session.major(),
                null);
    }

    private static void encoding(PreflightContext context, Findings findings) throws PgException {
        if ("SQL_ASCII".equals(context.setting("server_encoding"))) {
            findings.error(
                    "Database \""
                            + context.session().endpoint().database()
                            + "\" has encoding SQL_ASCII: its text may hold any bytes, which can't"
                            + " be told from UTF-8. Dump it and load it into a database with the"
                            + " encoding that the text really has",
                    null);
        }
    }

    /** Servers have it up to 16. A session that imports a snapshot counts it as a new one. */
    private static void oldSnapshots(PreflightContext context, Findings findings)
            throws PgException {
        String threshold = context.setting("old_snapshot_threshold");
        if (context.request().takesSnapshot() && threshold != null && !"-1".equals(threshold)) {
            findings.error(
                    "old_snapshot_threshold is "
                            + threshold
                            + ": PostgreSQL removes rows that a snapshot of that age still shows,"
                            + " and doesn't tell who has imported it. Rows would be missing or"
                            + " those of later",
                    "ALTER SYSTEM SET old_snapshot_threshold = -1; then restart PostgreSQL");
        }
    }

    private static void walLevel(PreflightContext context, Findings findings) throws PgException {
        String level = context.setting("wal_level");
        if (!"logical".equals(level)) {
            findings.error(
                    "wal_level is \"" + level + "\", logical replication needs \"logical\"",
                    "ALTER SYSTEM SET wal_level = 'logical'; then restart PostgreSQL");
        }
    }

    private static void recovery(PreflightContext context, Findings findings) throws PgException {
        if (new ServerQueries(context.session()).identity().inRecovery()) {
            findings.error(
                    "The server is a standby; capturing from one is not supported yet. Connect to"
                            + " the primary, with several hosts by targetServerType=primary",
                    null);
        }
    }

    private static void failover(PreflightContext context, Findings findings) throws PgException {
        if (!context.request().failoverSlot()) {
            return;
        }
        if (context.session().major() < FAILOVER_MAJOR) {
            findings.error(
                    "failover_slots needs PostgreSQL "
                            + FAILOVER_MAJOR
                            + " or newer, this is version "
                            + context.session().major()
                            + ". Set failover_slots to \"false\"",
                    null);
        } else if ("".equals(context.setting("synchronized_standby_slots"))) {
            findings.warning(
                    "synchronized_standby_slots is empty: changes may reach Flink that no standby"
                            + " has, and that are gone after a failover",
                    "ALTER SYSTEM SET synchronized_standby_slots = 'SLOT_OF_THE_STANDBY'; SELECT"
                            + " pg_reload_conf()");
        }
    }

    private static void synchronousStandbys(PreflightContext context, Findings findings)
            throws PgException {
        String names = context.setting("synchronous_standby_names");
        if (names != null && names.contains("*")) {
            findings.warning(
                    "synchronous_standby_names is '"
                            + names
                            + "': the pipeline would count as a synchronous standby, and every"
                            + " commit could wait for its checkpoint",
                    "ALTER SYSTEM SET synchronous_standby_names = 'NAMES OF THE STANDBYS'; SELECT"
                            + " pg_reload_conf()");
        }
    }

    private static void idleTimeout(PreflightContext context, Findings findings)
            throws PgException {
        String timeout = context.setting("idle_replication_slot_timeout");
        if (timeout != null && !timeout.equals("0")) {
            findings.warning(
                    "idle_replication_slot_timeout is "
                            + timeout
                            + ": a pipeline that is stopped for longer loses its slot and needs a"
                            + " fresh snapshot",
                    null);
        }
    }
}
