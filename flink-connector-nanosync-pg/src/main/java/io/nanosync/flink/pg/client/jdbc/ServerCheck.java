package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PreflightRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Version, role in a cluster, and settings of the server as a whole. */
final class ServerCheck implements PreflightCheck {

    static final int OLDEST_MAJOR = 13;
    static final int FAILOVER_MAJOR = 17;

    @Override
    public void run(PreflightContext context, Findings findings) throws PgException {
        encoding(context, findings);
        oldSnapshots(context, findings);
        if (!context.streams()) {
            return;
        }
        addedTables(context, findings);
        walLevel(context, findings);
        recovery(context, findings);
        failover(context, findings);
        synchronousStandbys(context, findings);
        idleTimeout(context, findings);
        faults(context, findings);
    }

    /** Faults that lose changes without a word, and that a release of the same version mends. */
    private static void faults(PreflightContext context, Findings findings) throws PgException {
        int version = context.number("server_version_num");
        Integer mended = forgetsAddedTablesUntil(version);
        if (context.streams() && mended != null) {
            findings.warning(
                    "PostgreSQL "
                            + release(version)
                            + " has faults in logical decoding by which changes can go missing when"
                            + " a table or publication is altered beside open transactions. Update"
                            + " it to "
                            + release(mended)
                            + " or newer",
                    null);
        }
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

    /**
     * A transaction that began before a table was published, wrote it, and ends behind: while it is
     * decoded, servers of these releases note that the table isn't published, and go by that until
     * the connection ends.
     */
    private static void addedTables(PreflightContext context, Findings findings)
            throws PgException {
        PreflightRequest.Resumed resumed = context.request().resumed();
        if (resumed == null || resumed.added().isEmpty()) {
            return;
        }
        int version = context.number("server_version_num");
        Integer mended = forgetsAddedTablesUntil(version);
        if (mended != null) {
            findings.error(
                    "PostgreSQL "
                            + release(version)
                            + " may leave out changes of a table that is added to a publication"
                            + " while somebody writes it, for as long as the stream runs. Update"
                            + " the server to "
                            + release(mended)
                            + " or newer, or leave out "
                            + resumed.added(),
                    null);
        }
    }

    /** The release that mends it, as server_version_num; null when this one doesn't need it. */
    static @Nullable Integer forgetsAddedTablesUntil(int version) {
        int mended =
                switch (version / 10_000) {
                    case 13 -> 130_021;
                    case 14 -> 140_018;
                    case 15 -> 150_013;
                    case 16 -> 160_009;
                    case 17 -> 170_005;
                    default -> 0;
                };
        return version < mended ? mended : null;
    }

    private static String release(int version) {
        return version / 10_000 + "." + version % 10_000;
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
                    "ALTER SYSTEM SET synchronized_standby_slots = "
                            + physicalSlots(context)
                            + "; SELECT pg_reload_conf()");
        }
    }

    /** As a list for a setting. */
    private static String physicalSlots(PreflightContext context) throws PgException {
        List<String> slots =
                context.session()
                        .rows(
                                "read the slots of standbys",
                                "SELECT quote_literal(slot_name) FROM pg_replication_slots WHERE"
                                        + " slot_type = 'physical' AND NOT temporary ORDER BY 1",
                                row -> row.getString(1));
        return slots.isEmpty() ? "'SLOT_OF_THE_STANDBY'" : String.join(", ", slots);
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
