package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.Finding.Severity;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.ReplicatedPostgres;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What preflight asks of standbys, and of a slot that is there. */
final class StandbyCheckTest {

    private static List<Finding> preflight(ConnectionConfig connection) throws PgException {
        try (ControlSession control =
                new JdbcPgClient(connection, Duration.ofSeconds(60)).openControl()) {
            return control.preflight(
                    new PreflightRequest(
                            List.of(new QualifiedName("public", "t")),
                            "slot",
                            false,
                            "pub",
                            5,
                            true));
        }
    }

    @Test
    void findsWhatKeepsAStandbyFromCopyingTheSlot() throws Exception {
        try (ReplicatedPostgres servers = ReplicatedPostgres.start(18)) {
            TestDatabase database = servers.createDatabase();
            database.execute(
                    "CREATE TABLE t (id int PRIMARY KEY)",
                    "CREATE PUBLICATION pub FOR TABLE t",
                    "SELECT pg_create_logical_replication_slot('slot', 'pgoutput')");
            ConnectionConfig both = servers.connectionConfig(database.name());
            List<Finding> found = preflight(both);
            assertThat(found)
                    .extracting(Finding::problem)
                    .containsExactly(
                            "Slot \"slot\" is there without failover, so a promotion loses it until"
                                    + " the pipeline turns that on, when it begins to stream. To"
                                    + " have it sooner turn it on while nobody streams from it");
            database.executeAsTold(found.get(0).remedy());
            assertThat(preflight(both)).isEmpty();

            servers.standby()
                    .execute(
                            "ALTER SYSTEM SET sync_replication_slots = off",
                            "ALTER SYSTEM SET hot_standby_feedback = off",
                            "ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1'",
                            "SELECT pg_reload_conf()");
            servers.primary()
                    .execute(
                            "ALTER SYSTEM SET synchronized_standby_slots = 'other'",
                            "SELECT pg_reload_conf()");
            Await.until(
                    "both have their settings",
                    () ->
                            servers.standby()
                                            .queryString("SHOW primary_conninfo")
                                            .equals("host=127.0.0.1")
                                    && servers.primary()
                                            .queryString("SHOW synchronized_standby_slots")
                                            .equals("other"));
            String standby = "Standby 127.0.0.1:" + servers.ports().get(1) + ": ";
            assertThat(preflight(both))
                    .allMatch(finding -> finding.severity() == Severity.WARNING)
                    .extracting(Finding::toString)
                    .containsExactly(
                            standby
                                    + "sync_replication_slots is off, so it copies no slot: after"
                                    + " its promotion the pipeline can't go on. Run: (on the"
                                    + " standby) ALTER SYSTEM SET sync_replication_slots = on;"
                                    + " SELECT pg_reload_conf()",
                            standby
                                    + "hot_standby_feedback is off: the primary removes rows of the"
                                    + " catalog that the copy of the slot needs, and then it is"
                                    + " invalid. Run: (on the standby) ALTER SYSTEM SET"
                                    + " hot_standby_feedback = on; SELECT pg_reload_conf()",
                            standby
                                    + "its slot \"standby\" isn't in synchronized_standby_slots"
                                    + " (other) of the primary: changes may reach Flink that it"
                                    + " doesn't have. Run: ALTER SYSTEM SET"
                                    + " synchronized_standby_slots = 'other', 'standby'; SELECT"
                                    + " pg_reload_conf()",
                            standby
                                    + "primary_conninfo names no dbname; without one it copies no"
                                    + " slot. Add dbname=postgres to it");

            servers.primary()
                    .execute(
                            "ALTER SYSTEM SET synchronized_standby_slots = ''",
                            "SELECT pg_reload_conf()");
            servers.promote();
            servers.stopFormer();
            assertThat(preflight(both))
                    .extracting(Finding::toString)
                    .contains(
                            "synchronized_standby_slots is empty: changes may reach Flink that no"
                                    + " standby has, and that are gone after a failover. Run: ALTER"
                                    + " SYSTEM SET synchronized_standby_slots ="
                                    + " 'SLOT_OF_THE_STANDBY'; SELECT pg_reload_conf()")
                    .anyMatch(
                            finding ->
                                    finding.startsWith(
                                            "Can't ask 127.0.0.1:"
                                                    + both.hosts().get(0).port()
                                                    + " whether it is ready to be promoted: "));
        }
    }
}
