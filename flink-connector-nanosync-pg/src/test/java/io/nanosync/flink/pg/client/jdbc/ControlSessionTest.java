package io.nanosync.flink.pg.client.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.PublicationState;
import io.nanosync.flink.pg.client.ControlSession.PublishedTable;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PgException.Recovery;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Server, slot and publication, asked by the plain role; tables are in {@link TableCatalogTest}.
 */
final class ControlSessionTest {

    private static final String ALL_VERSIONS = "io.nanosync.flink.pg.testing.TestPostgres#VERSIONS";

    private static ControlSession plain(TestDatabase database) throws PgException {
        PlainRole.in(database);
        return Clients.plain(database).openControl();
    }

    private static SlotState slot(ControlSession control, String name) throws PgException {
        return requireNonNull(control.slot(name));
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void knowsServerSettingsAndPosition(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase();
                ControlSession control = plain(database)) {
            ServerIdentity identity = control.identity();
            assertThat(identity.major()).isEqualTo(major);
            assertThat(identity.timeline()).isEqualTo(1);
            assertThat(identity.inRecovery()).isFalse();
            assertThat(identity.systemIdentifier())
                    .isEqualTo(
                            database.queryLong(
                                    "SELECT system_identifier FROM pg_control_system()"));
            assertThat(identity.postmasterStart()).isNotEmpty().endsWith("+00");
            assertThat(control.setting("wal_level")).isEqualTo("logical");
            assertThat(control.setting("no.such")).isNull();

            Lsn before = control.currentLsn();
            Lsn heartbeat = control.emitHeartbeat("nanosync");
            assertThat(heartbeat).isGreaterThan(before);
            assertThat(control.currentLsn()).isGreaterThanOrEqualTo(heartbeat);
        }
    }

    @Test
    void waitsForNoStandby() throws Exception {
        try (TestPostgres server =
                        TestPostgres.start(18, Map.of("synchronous_standby_names", "nobody"));
                ControlSession control = Clients.superuser(server.database()).openControl();
                Connection setUp = server.connect();
                Statement statement = setUp.createStatement()) {
            statement.execute("SET synchronous_commit = local");
            statement.execute("CREATE TABLE t (id int PRIMARY KEY)");
            assertThat(control.emitHeartbeat("nanosync")).isNotNull();
            control.createPublication("pub", List.of(new QualifiedName("public", "t")), "");
            assertThat(control.publication("pub")).isNotNull();
        }
    }

    @Test
    void locksASlotNameForOneSessionAndNamesTheHolder() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase();
                ControlSession second = plain(database)) {
            ControlSession first = Clients.superuser(database).openControl();
            assertThat(second.lockHolder("s")).isNull();
            assertThat(first.tryLock("s")).isTrue();
            assertThat(second.tryLock("s")).isFalse();
            assertThat(second.tryLock("other")).isTrue();
            assertThat(second.lockHolder("s"))
                    .matches("PID \\d+ \\(application \"nanosync-test\", role postgres\\)");
            first.close();
            Await.until("the lock is free", () -> second.tryLock("s"));
        }
    }

    @Test
    void derivesTheLockKeyAlikeInEveryRelease() {
        assertThat(ServerQueries.lockKey("nanosync_slot_orders")).isEqualTo(3297570784557284712L);
    }

    /** The xmin of a row that was frozen stays, until it seems to lie ahead. */
    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void tellsWhichTransactionsASlotMayHaveMissed(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase();
                ControlSession control = plain(database)) {
            database.execute("SELECT pg_create_logical_replication_slot('ctl_age', 'pgoutput')");
            int horizon =
                    Integer.parseInt(
                            database.queryString(
                                    "SELECT catalog_xmin FROM pg_replication_slots WHERE slot_name"
                                            + " = 'ctl_age'"));
            assertThat(
                            control.notOlderThanSlot(
                                    "ctl_age",
                                    Set.of(horizon - 1, horizon, horizon + 1_000_000_000)))
                    .containsExactly(horizon);
            control.dropSlot("ctl_age");
        }
    }

    @Test
    void saysHowLongASlotMayStayIdle() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase();
                ControlSession control = plain(database)) {
            database.execute("SELECT pg_create_logical_replication_slot('ctl_idle', 'pgoutput')");
            assertThat(slot(control, "ctl_idle").idleSecondsLeft()).isNull();
            database.execute(
                    "ALTER SYSTEM SET idle_replication_slot_timeout = '1d'",
                    "SELECT pg_reload_conf()");
            Await.until(
                    "the setting holds",
                    () -> {
                        Long left = slot(control, "ctl_idle").idleSecondsLeft();
                        return left != null && left > 80_000 && left <= 86_400;
                    });
            control.dropSlot("ctl_idle");
        } finally {
            TestPostgres.shared(18)
                    .execute(
                            "ALTER SYSTEM RESET idle_replication_slot_timeout",
                            "SELECT pg_reload_conf()");
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void readsTouchesAndDropsSlots(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase();
                ControlSession control = plain(database)) {
            assertThat(control.slot("ctl_none")).isNull();
            database.execute("SELECT pg_create_logical_replication_slot('ctl_a', 'pgoutput')");
            SlotState state = slot(control, "ctl_a");
            Lsn confirmed = requireNonNull(state.confirmedFlush());
            assertThat(state)
                    .isEqualTo(
                            new SlotState(
                                    "ctl_a",
                                    "pgoutput",
                                    database.name(),
                                    null,
                                    confirmed,
                                    "reserved",
                                    null,
                                    null,
                                    null,
                                    state.lagBytes(),
                                    false,
                                    false,
                                    false,
                                    false));
            assertThat(state.isLost()).isFalse();
            database.execute("SELECT pg_logical_emit_message(false, 'x', repeat('x', 100000))");
            assertThat(slot(control, "ctl_a").lagBytes()).isGreaterThan(100_000);

            control.touchSlot("ctl_a", confirmed);
            assertThat(slot(control, "ctl_a").confirmedFlush()).isEqualTo(confirmed);
            control.dropSlot("ctl_a");
            assertThat(control.slot("ctl_a")).isNull();
        }
    }

    @Test
    void readsPhysicalSlots() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase();
                ControlSession control = plain(database)) {
            database.execute("SELECT pg_create_physical_replication_slot('ctl_physical')");
            SlotState state = slot(control, "ctl_physical");
            assertThat(state.plugin()).isNull();
            assertThat(state.database()).isNull();
            assertThat(state.confirmedFlush()).isNull();
            assertThat(state.lagBytes()).isZero();
            control.dropSlot("ctl_physical");
        }
    }

    @Test
    void refusesToDropAnActiveSlotAndSaysWaitForIt() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase();
                ControlSession control = plain(database)) {
            database.execute(
                    "SELECT pg_create_logical_replication_slot('ctl_busy', 'pgoutput')",
                    "CREATE PUBLICATION pub");
            try (var stream =
                    Clients.plain(database)
                            .startReplication(null, "ctl_busy", "pub", new Lsn(0), true)) {
                assertThat(stream.serverWalEnd()).isEqualTo(new Lsn(0));
                Integer pid = slot(control, "ctl_busy").activePid();
                assertThat(pid).isNotNull();
                PgException busy =
                        catchThrowableOfType(PgException.class, () -> control.dropSlot("ctl_busy"));
                assertThat(busy)
                        .hasMessageContaining(
                                "Cannot drop slot \"ctl_busy\" on 127.0.0.1:"
                                        + database.port()
                                        + "/"
                                        + database.name()
                                        + ": replication slot \"ctl_busy\" is active for PID "
                                        + pid);
                assertThat(busy.recovery()).isEqualTo(Recovery.WAIT);
            }
        }
    }

    @Test
    void tellsALostSlotFromOneThatIsWell() throws Exception {
        Map<String, String> settings =
                Map.of(
                        "max_slot_wal_keep_size",
                        "1MB",
                        "max_wal_size",
                        "32MB",
                        "min_wal_size",
                        "32MB");
        for (int major : new int[] {13, 18}) {
            try (TestPostgres server = TestPostgres.start(major, settings);
                    ControlSession control = Clients.superuser(server.database()).openControl()) {
                server.execute(
                        "SELECT pg_create_logical_replication_slot('ctl_lost', 'pgoutput')",
                        "CREATE PUBLICATION pub");
                assertThat(slot(control, "ctl_lost").safeWalBytes()).isNotNull();
                Await.until(
                        "the slot is lost",
                        () -> {
                            server.execute(
                                    "SELECT pg_logical_emit_message(false, 'x', repeat('x',"
                                            + " 1000000)), pg_switch_wal()",
                                    "CHECKPOINT");
                            return slot(control, "ctl_lost").isLost();
                        });
                SlotState lost = slot(control, "ctl_lost");
                assertThat(lost.walStatus()).isEqualTo("lost");
                assertThat(lost.invalidationReason()).isEqualTo(major >= 17 ? "wal_removed" : null);
                PgException failure =
                        catchThrowableOfType(
                                PgException.class,
                                () ->
                                        Clients.superuser(server.database())
                                                .startReplication(
                                                        null, "ctl_lost", "pub", new Lsn(0), true)
                                                .close());
                assertThat(failure.sqlState()).isEqualTo("55000");
                assertThat(failure.recovery()).isEqualTo(Recovery.FAIL);
                assertThat(failure)
                        .hasMessageContaining("The slot lost WAL that it still needed")
                        .hasMessageContaining("max_slot_wal_keep_size");
            }
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void createsReadsAndDropsPublications(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase();
                ControlSession control = Clients.superuser(database).openControl()) {
            database.execute(
                    "CREATE SCHEMA \"Odd.Name\"",
                    "CREATE TABLE \"Odd.Name\".\"x\"\"y\" (id int PRIMARY KEY)",
                    "CREATE TABLE parent (id int PRIMARY KEY)",
                    "CREATE TABLE child () INHERITS (parent)",
                    "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY HASH (id)",
                    "CREATE TABLE leaf PARTITION OF parted FOR VALUES WITH (MODULUS 1, REMAINDER"
                            + " 0)");
            QualifiedName odd = new QualifiedName("Odd.Name", "x\"y");
            QualifiedName parent = new QualifiedName("public", "parent");
            QualifiedName parted = new QualifiedName("public", "parted");

            assertThat(control.publication("My \"Pub\"")).isNull();
            control.createPublication("My \"Pub\"", List.of(odd, parent, parted), "it's \\ ours");
            assertThat(control.publicationComment("My \"Pub\"")).isEqualTo("it's \\ ours");
            assertThat(control.publication("My \"Pub\""))
                    .isEqualTo(
                            new PublicationState(
                                    "My \"Pub\"",
                                    false,
                                    true,
                                    true,
                                    true,
                                    true,
                                    true,
                                    List.of(
                                            new PublishedTable(odd, null, null),
                                            new PublishedTable(parent, null, null),
                                            new PublishedTable(parted, null, null))));
            assertThat(control.ownsPublicationOfTables("My \"Pub\"")).isTrue();
            List<Integer> oids = List.copyOf(control.oids(List.of(odd, parted)).values());
            assertThat(control.publicationMembers("My \"Pub\"", oids)).containsExactly(odd, parted);
            control.removeFromPublication("My \"Pub\"", List.of(odd, parted));
            assertThat(control.publicationMembers("My \"Pub\"", oids)).isEmpty();
            control.addToPublication("My \"Pub\"", List.of(parted));
            assertThat(control.publicationMembers("My \"Pub\"", oids)).containsExactly(parted);
            control.dropPublication("My \"Pub\"");
            assertThat(control.publication("My \"Pub\"")).isNull();
            assertThat(control.ownsPublicationOfTables("My \"Pub\"")).isFalse();
            control.dropPublication("My \"Pub\"");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17, 18})
    void readsRowFiltersAndColumnLists(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase();
                ControlSession control = plain(database)) {
            database.execute(
                    "CREATE TABLE a (id int PRIMARY KEY, v int, g int GENERATED ALWAYS AS (id)"
                            + " STORED)",
                    "CREATE TABLE b (id int PRIMARY KEY, v int)",
                    "CREATE TABLE c (id int PRIMARY KEY, v int)",
                    "CREATE PUBLICATION pub FOR TABLE a, b WHERE (id > 5), c (id) WITH (publish ="
                            + " 'insert')");
            PublicationState publication = requireNonNull(control.publication("pub"));
            assertThat(publication.tables())
                    .containsExactly(
                            new PublishedTable(new QualifiedName("public", "a"), null, null),
                            new PublishedTable(new QualifiedName("public", "b"), null, "(id > 5)"),
                            new PublishedTable(
                                    new QualifiedName("public", "c"), List.of("id"), null));
            assertThat(publication.update()).isFalse();
            assertThat(publication.viaRoot()).isFalse();
        }
    }

    @Test
    void saysWhatAnOwnerMustDoWhenItMayNotCreateThePublication() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase();
                ControlSession control = plain(database)) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY)");
            assertThatThrownBy(
                            () ->
                                    control.createPublication(
                                            "pub", List.of(new QualifiedName("public", "t")), ""))
                    .isInstanceOf(PgException.class)
                    .hasMessageStartingWith("Cannot create publication \"pub\" on ")
                    .hasMessageContaining("permission denied")
                    .hasMessageContaining("(SQLSTATE 42501)")
                    .hasMessageEndingWith(
                            "Let an owner of the tables or a superuser run: CREATE PUBLICATION"
                                    + " \"pub\" FOR TABLE ONLY \"public\".\"t\" WITH"
                                    + " (publish_via_partition_root = true)");
        }
    }

    @Test
    void failsWithRetryWhenTheServerGoesAway() throws Exception {
        try (TestPostgres server = TestPostgres.start(18);
                ControlSession control = Clients.superuser(server.database()).openControl()) {
            server.stop();
            PgException gone = catchThrowableOfType(PgException.class, control::currentLsn);
            assertThat(gone.recovery()).isEqualTo(Recovery.RETRY);
        }
    }

    @Test
    void closeFromAnotherThreadFreesAQuery() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            ControlSession control = Clients.superuser(database).openControl();
            database.execute("CREATE TABLE t (id int PRIMARY KEY)");
            try (var blocking = database.connect();
                    var statement = blocking.createStatement()) {
                blocking.setAutoCommit(false);
                statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
                Thread closer =
                        new Thread(
                                () -> {
                                    Await.until(
                                            "it waits for the lock",
                                            () ->
                                                    database.queryLong(
                                                                    "SELECT count(*) FROM pg_locks"
                                                                        + " WHERE NOT granted AND"
                                                                        + " database = (SELECT oid"
                                                                        + " FROM pg_database WHERE"
                                                                        + " datname ="
                                                                        + " current_database())")
                                                            > 0);
                                    control.close();
                                });
                closer.start();
                assertThatThrownBy(
                                () ->
                                        control.createPublication(
                                                "pub",
                                                List.of(new QualifiedName("public", "t")),
                                                ""))
                        .isInstanceOf(PgException.class);
                closer.join();
            }
        }
    }
}
