package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.Finding.Severity;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What preflight finds in the server as a whole: each on a server of its own. */
final class PreflightServerTest {

    private static List<Finding> preflight(PgClient client, int connections, boolean failover)
            throws Exception {
        try (ControlSession control = client.openControl()) {
            return control.preflight(
                    new PreflightRequest(
                            List.of(new QualifiedName("public", "t")),
                            "wanted",
                            true,
                            "pub",
                            connections,
                            failover));
        }
    }

    private static List<Finding> preflight(TestDatabase database) throws Exception {
        return preflight(Clients.superuser(database), 6, false);
    }

    private static void table(TestDatabase database) {
        database.execute("CREATE TABLE t (id int PRIMARY KEY)");
    }

    @Test
    void findsWalLevelReplicaAndAStandby() throws Exception {
        try (TestPostgres server = TestPostgres.start(18, Map.of("wal_level", "replica"))) {
            table(server.database());
            Finding walLevel =
                    new Finding(
                            Severity.ERROR,
                            "wal_level is \"replica\", logical replication needs \"logical\"",
                            "ALTER SYSTEM SET wal_level = 'logical'; then restart PostgreSQL");
            assertThat(preflight(server.database())).containsExactly(walLevel);

            server.stop();
            Files.createFile(server.dataFolder().resolve("standby.signal"));
            server.startAgain();
            assertThat(preflight(server.database()))
                    .containsExactly(
                            walLevel,
                            new Finding(
                                    Severity.ERROR,
                                    "The server is a standby; capturing from one is not supported"
                                            + " yet. Connect to the primary, with several hosts by"
                                            + " targetServerType=primary",
                                    null));
        }
    }

    /** Only rows of a snapshot can grow old. */
    @Test
    void findsThatSnapshotsGrowOld() throws Exception {
        try (TestPostgres server =
                TestPostgres.start(16, Map.of("old_snapshot_threshold", "1min"))) {
            table(server.database());
            assertThat(preflight(server.database())).isEmpty();
            QualifiedName table = new QualifiedName("public", "t");
            try (ControlSession control = Clients.superuser(server.database()).openControl()) {
                assertThat(
                                control.preflight(
                                        new PreflightRequest(
                                                List.of(table),
                                                "wanted",
                                                true,
                                                "pub",
                                                6,
                                                false,
                                                List.of(),
                                                Map.of(table, new Partitioning.Ctid()),
                                                null)))
                        .containsExactly(
                                new Finding(
                                        Severity.ERROR,
                                        "old_snapshot_threshold is 1min: PostgreSQL removes rows"
                                                + " that a snapshot of that age still shows, and"
                                                + " doesn't tell who has imported it. Rows would be"
                                                + " missing or those of later",
                                        "ALTER SYSTEM SET old_snapshot_threshold = -1; then restart"
                                                + " PostgreSQL"));
            }
        }
    }

    @Test
    void findsThatThereIsNoRoom() throws Exception {
        Map<String, String> settings =
                Map.of(
                        "max_replication_slots", "1",
                        "max_wal_senders", "1",
                        "max_connections", "12",
                        "synchronous_standby_names", "*",
                        "synchronous_commit", "local",
                        "idle_replication_slot_timeout", "1d");
        try (TestPostgres server = TestPostgres.start(18, settings)) {
            TestDatabase database = server.database();
            table(database);
            database.execute(
                    "SELECT pg_create_logical_replication_slot('taken', 'pgoutput')",
                    "CREATE PUBLICATION pub FOR TABLE t",
                    "ALTER DATABASE postgres CONNECTION LIMIT 5");
            PlainRole.in(database, "t");
            database.execute("ALTER ROLE nanosync CONNECTION LIMIT 4");
            try (Session walsender =
                    new Connector(database.connectionConfig()).open(SessionKind.REPLICATION)) {
                assertThat(walsender.backendPid()).isPositive();
                assertThat(preflight(Clients.plain(database), 20, true))
                        .extracting(Finding::toString)
                        .containsExactly(
                                "synchronized_standby_slots is empty: changes may reach Flink that"
                                        + " no standby has, and that are gone after a failover."
                                        + " Run: ALTER SYSTEM SET synchronized_standby_slots ="
                                        + " 'SLOT_OF_THE_STANDBY'; SELECT pg_reload_conf()",
                                "synchronous_standby_names is '*': the pipeline would count as a"
                                        + " synchronous standby, and every commit could wait for"
                                        + " its checkpoint. Run: ALTER SYSTEM SET"
                                        + " synchronous_standby_names = 'NAMES OF THE STANDBYS';"
                                        + " SELECT pg_reload_conf()",
                                "idle_replication_slot_timeout is 1d: a pipeline that is stopped"
                                        + " for longer loses its slot and needs a fresh snapshot",
                                "No replication slot is free: all 1 (max_replication_slots) are"
                                        + " taken; inactive are taken. Run: ALTER SYSTEM SET"
                                        + " max_replication_slots = 2; then restart PostgreSQL, or"
                                        + " drop one that nobody needs: SELECT"
                                        + " pg_drop_replication_slot('NAME')",
                                "No walsender is free: 1 of 1 (max_wal_senders) are taken. Run:"
                                        + " ALTER SYSTEM SET max_wal_senders = 2; then restart"
                                        + " PostgreSQL",
                                "The pipeline opens up to 20 connections, and the server has room"
                                        + " for 9. Run: ALTER SYSTEM SET max_connections = 32; then"
                                        + " restart PostgreSQL, or lower snapshot_workers",
                                "The pipeline opens up to 20 connections, and role \"nanosync\" has"
                                        + " room for 4. Run: ALTER ROLE \"nanosync\" CONNECTION"
                                        + " LIMIT -1",
                                "The pipeline opens up to 20 connections, and database \"postgres\""
                                        + " has room for 5. Run: ALTER DATABASE \"postgres\""
                                        + " CONNECTION LIMIT -1");
            }
        }
    }

    @Test
    void findsThatFailoverSlotsNeed17() throws Exception {
        try (TestDatabase database = TestPostgres.shared(16).createDatabase()) {
            table(database);
            assertThat(preflight(Clients.superuser(database), 6, true))
                    .containsExactly(
                            new Finding(
                                    Severity.ERROR,
                                    "failover_slots needs PostgreSQL 17 or newer, this is version"
                                            + " 16. Set failover_slots to \"false\"",
                                    null));
        }
    }

    @Test
    void refusesAnEncodingThatTellsNothingOfTheBytes() throws Exception {
        TestPostgres server = TestPostgres.shared(18);
        server.execute("CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0");
        try {
            PgClient client = new JdbcPgClient(asciiConfig(server), Clients.WAL_SENDER_TIMEOUT);
            try (ControlSession control = client.openControl()) {
                assertThat(
                                control.preflight(
                                        new PreflightRequest(
                                                List.of(), null, false, null, 6, false)))
                        .extracting(Finding::problem)
                        .containsExactly(
                                "Database \"ascii\" has encoding SQL_ASCII: its text may hold any"
                                        + " bytes, which can't be told from UTF-8. Dump it and load"
                                        + " it into a database with the encoding that the text"
                                        + " really has");
            }
        } finally {
            server.execute("DROP DATABASE ascii WITH (FORCE)");
        }
    }

    private static ConnectionConfig asciiConfig(TestPostgres server) {
        var config = server.connectionConfig();
        return new ConnectionConfig(
                config.hosts(),
                "ascii",
                config.user(),
                config.password(),
                config.connectTimeout(),
                config.applicationName(),
                config.driverProperties());
    }
}
