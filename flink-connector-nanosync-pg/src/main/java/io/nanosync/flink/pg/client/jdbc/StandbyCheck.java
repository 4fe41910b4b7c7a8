package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.ConnectionConfig.Host;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * That the other hosts of a pipeline whose slot is to outlive a promotion are standbys that copy
 * it. A standby alone can be asked, so one that isn't among the hosts isn't.
 */
final class StandbyCheck implements PreflightCheck {

    private static final String SETTINGS =
            """
            SELECT pg_is_in_recovery() AS in_recovery,
                   current_setting('sync_replication_slots', true) AS synchronizes,
                   current_setting('hot_standby_feedback') AS feedback,
                   current_setting('primary_slot_name') AS slot,
                   (SELECT setting FROM pg_settings WHERE name = 'primary_conninfo') AS conninfo
            """;

    private static final Pattern DBNAME = Pattern.compile("\\bdbname\\s*=");

    /**
     * @param conninfo null where the role may not see it
     */
    private record Standby(
            boolean inRecovery,
            @Nullable String synchronizes,
            String feedback,
            String slot,
            @Nullable String conninfo) {}

    @Override
    public void run(PreflightContext context, Findings findings) throws PgException {
        ConnectionConfig connection = context.connector().config();
        if (!context.streams()
                || !context.request().failoverSlot()
                || connection.hosts().size() == 1
                || context.session().major() < ServerCheck.FAILOVER_MAJOR) {
            return;
        }
        String awaited = context.setting("synchronized_standby_slots");
        for (Host host : connection.hosts()) {
            try (Session session = only(host, connection).open(SessionKind.CONTROL)) {
                Standby standby = ask(session);
                if (standby.inRecovery) {
                    compare(host, standby, awaited == null ? "" : awaited, findings);
                }
            } catch (PgException e) {
                findings.warning(
                        "Can't ask "
                                + host
                                + " whether it is ready to be promoted: "
                                + e.getMessage(),
                        null);
            }
        }
    }

    /** Whatever it is. */
    private static Connector only(Host host, ConnectionConfig connection) {
        Map<String, String> properties = new HashMap<>(connection.driverProperties());
        properties.remove("targetServerType");
        return new Connector(
                new ConnectionConfig(
                        List.of(host),
                        connection.database(),
                        connection.user(),
                        connection.password(),
                        connection.connectTimeout(),
                        connection.applicationName(),
                        properties));
    }

    private static Standby ask(Session session) throws PgException {
        return session.one(
                "read the settings of the standby",
                SETTINGS,
                row ->
                        new Standby(
                                row.getBoolean("in_recovery"),
                                row.getString("synchronizes"),
                                row.getString("feedback"),
                                row.getString("slot"),
                                row.getString("conninfo")));
    }

    private static void compare(Host host, Standby standby, String awaited, Findings findings) {
        String subject = "Standby " + host + ": ";
        if (!"on".equals(standby.synchronizes)) {
            findings.warning(
                    subject
                            + "sync_replication_slots is off, so it copies no slot: after its"
                            + " promotion the pipeline can't go on",
                    set("sync_replication_slots = on"));
        }
        if (!"on".equals(standby.feedback)) {
            findings.warning(
                    subject
                            + "hot_standby_feedback is off: the primary removes rows of the catalog"
                            + " that the copy of the slot needs, and then it is invalid",
                    set("hot_standby_feedback = on"));
        }
        if (standby.slot.isEmpty()) {
            findings.warning(
                    subject + "primary_slot_name is empty; without one it copies no slot",
                    set("primary_slot_name = 'ITS_SLOT_ON_THE_PRIMARY'"));
        } else if (!awaited.isEmpty() && !names(awaited).contains(standby.slot)) {
            findings.warning(
                    subject
                            + "its slot \""
                            + standby.slot
                            + "\" isn't in synchronized_standby_slots ("
                            + awaited
                            + ") of the primary: changes may reach Flink that it doesn't have",
                    "ALTER SYSTEM SET synchronized_standby_slots = "
                            + list(awaited, standby.slot)
                            + "; SELECT pg_reload_conf()");
        }
        if (standby.conninfo != null && !DBNAME.matcher(standby.conninfo).find()) {
            findings.warning(
                    subject
                            + "primary_conninfo names no dbname; without one it copies no slot. Add"
                            + " dbname=postgres to it",
                    null);
        }
    }

    private static String set(String setting) {
        return "(on the standby) ALTER SYSTEM SET " + setting + "; SELECT pg_reload_conf()";
    }

    private static List<String> names(String list) {
        return Arrays.stream(list.split(",")).map(String::strip).toList();
    }

    private static String list(String awaited, String more) {
        StringBuilder all = new StringBuilder();
        names(awaited).forEach(name -> all.append('\'').append(name).append("', "));
        return all.append('\'').append(more).append('\'').toString();
    }
}
