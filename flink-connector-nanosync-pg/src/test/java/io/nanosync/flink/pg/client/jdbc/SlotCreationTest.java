package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgClient.ExportedSlot;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SlotUntoldException;
import io.nanosync.flink.pg.client.SnapshotLostException;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class SlotCreationTest {

    private static final String ALL_VERSIONS = "io.nanosync.flink.pg.testing.TestPostgres#VERSIONS";
    private static final Duration SOON = Duration.ofSeconds(30);

    private static PgException creationFails(PgClient client, String slot, Duration bound) {
        return catchThrowableOfType(
                PgException.class, () -> client.createSlot(slot, false, bound, w -> {}).close());
    }

    private static long slots(TestDatabase database, String name) {
        return database.queryLong(
                "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '" + name + "'");
    }

    private static long creators(TestDatabase database, String name) {
        return database.queryLong(
                "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query"
                        + " LIKE 'CREATE_REPLICATION_SLOT \""
                        + name
                        + "%' AND state = 'active'");
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void givesUpAtTheBoundNamesWhoHeldItUpAndLeavesNoSlot(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase();
                Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            database.execute("CREATE TABLE t (id int)");
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO t VALUES (1)");
            String pid = onlyValue(statement, "SELECT pg_backend_pid()");

            Queue<String> reports = new ConcurrentLinkedQueue<>();
            PgException failure =
                    catchThrowableOfType(
                            PgException.class,
                            () ->
                                    Clients.superuser(database)
                                            .createSlot(
                                                    "held_" + major,
                                                    false,
                                                    Duration.ofSeconds(major == 18 ? 4 : 1),
                                                    reports::add)
                                            .close());
            String blocker =
                    "PID "
                            + pid
                            + " \\(role postgres, database "
                            + database.name()
                            + ", application \"nanosync-test\", idle in transaction, open for \\d+"
                            + " s\\)";
            assertThat(failure.getMessage())
                    .matches(
                            "Cannot create slot \"held_"
                                    + major
                                    + "\" on \\S+: it took longer than \\d s, held up by (.*; )?"
                                    + blocker
                                    + "(; .*)?\\. Wait for them to end, or run: (.*; )?SELECT"
                                    + " pg_terminate_backend\\("
                                    + pid
                                    + "\\)(; .*)?");
            assertThat(failure).isNotInstanceOf(SlotUntoldException.class);
            assertThat(failure.recovery()).isEqualTo(PgException.Recovery.WAIT);
            assertThat(reports).hasSize(major == 18 ? 1 : 0);
            assertThat(reports)
                    .allMatch(
                            report ->
                                    report.matches(
                                            "Slot \"held_"
                                                    + major
                                                    + "\" waits for transactions to end: (.*; )?"
                                                    + blocker
                                                    + "(; .*)?"));
            assertThat(slots(database, "held_" + major)).isZero();
            Await.until("no walsender creates it", () -> creators(database, "held_" + major) == 0);
        }
    }

    private static String onlyValue(Statement statement, String sql) throws Exception {
        try (var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void namesOtherRolesSessionsAndPreparedTransactionsToThePlainRole(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase();
                Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            PlainRole.in(database);
            database.execute("CREATE TABLE t (id int)");
            statement.execute("BEGIN");
            statement.execute("INSERT INTO t VALUES (1)");
            statement.execute("PREPARE TRANSACTION 'it''s " + database.name() + "'");

            PgException failure =
                    creationFails(
                            Clients.plain(database), "prepared_" + major, Duration.ofSeconds(1));
            database.execute("ROLLBACK PREPARED 'it''s " + database.name() + "'");
            assertThat(failure)
                    .hasMessageContaining(
                            "prepared transaction 'it''s "
                                    + database.name()
                                    + "' (role postgres, database "
                                    + database.name())
                    .hasMessageContaining("ROLLBACK PREPARED 'it''s " + database.name() + "'");
            assertThat(slots(database, "prepared_" + major)).isZero();
        }
    }

    @Test
    void goesOnWhenTheBlockerEndsInTime() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase();
                Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            database.execute("CREATE TABLE t (id int)");
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO t VALUES (1)");
            Thread committer =
                    new Thread(
                            () ->
                                    Await.until(
                                            "creation has begun, and the writer commits",
                                            () -> {
                                                boolean begun = creators(database, "patient") > 0;
                                                if (begun) {
                                                    writer.commit();
                                                }
                                                return begun;
                                            }));
            committer.start();
            try (ExportedSlot slot =
                    Clients.superuser(database).createSlot("patient", false, SOON, w -> {})) {
                assertThat(slot.snapshotId()).isNotEmpty();
            }
            committer.join();
            assertThat(slots(database, "patient")).isEqualTo(1);
        }
    }

    @Test
    void interruptionCancelsItAndLeavesNoSlot() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase();
                Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            database.execute("CREATE TABLE t (id int)");
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO t VALUES (1)");
            AtomicReference<@Nullable PgException> failure = new AtomicReference<>();
            AtomicReference<@Nullable Boolean> flag = new AtomicReference<>();
            Thread caller =
                    new Thread(
                            () -> {
                                failure.set(
                                        creationFails(
                                                Clients.superuser(database),
                                                "interrupted",
                                                Duration.ofMinutes(5)));
                                flag.set(Thread.currentThread().isInterrupted());
                            });
            caller.start();
            Await.until("creation has begun", () -> creators(database, "interrupted") > 0);
            long start = System.nanoTime();
            caller.interrupt();
            caller.join();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            assertThat(failure.get())
                    .isNotInstanceOf(SlotUntoldException.class)
                    .hasMessageContaining("interrupted");
            assertThat(flag.get()).isTrue();
            assertThat(slots(database, "interrupted")).isZero();
        }
    }

    @Test
    void aListenerThatThrowsLeavesNoSlot() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase();
                Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            database.execute("CREATE TABLE t (id int)");
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO t VALUES (1)");
            IllegalStateException thrown = new IllegalStateException("from the listener");
            assertThat(
                            catchThrowableOfType(
                                    IllegalStateException.class,
                                    () ->
                                            Clients.superuser(database)
                                                    .createSlot(
                                                            "listened",
                                                            false,
                                                            SOON,
                                                            report -> {
                                                                throw thrown;
                                                            })))
                    .isSameAs(thrown);
            assertThat(slots(database, "listened")).isZero();
        }
    }

    @Test
    void leavesASlotAloneThatIsThereAlready() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            database.execute("SELECT pg_create_logical_replication_slot('older', 'pgoutput')");
            PgException failure = creationFails(Clients.superuser(database), "older", SOON);
            assertThat(failure)
                    .isNotInstanceOf(SlotUntoldException.class)
                    .hasMessageEndingWith("it is there already");
            assertThat(failure.sqlState()).isEqualTo("42710");
            assertThat(slots(database, "older")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void marksTheSlotForFailoverWhereTheServerCan(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            PgClient client = Clients.superuser(database);
            String slot = "failover_" + major;
            if (major >= 17) {
                client.createSlot(slot, true, SOON, w -> {}).close();
                assertThat(
                                database.queryString(
                                        "SELECT failover FROM pg_replication_slots WHERE slot_name"
                                                + " = '"
                                                + slot
                                                + "'"))
                        .isEqualTo("t");
            } else {
                PgException failure =
                        catchThrowableOfType(
                                PgException.class,
                                () -> client.createSlot(slot, true, SOON, w -> {}));
                assertThat(failure)
                        .hasMessageContaining(
                                "failover_slots needs PostgreSQL 17 or newer, found " + major);
                assertThat(slots(database, slot)).isZero();
            }
        }
    }

    @Test
    void closingTheResultEndsTheSnapshotAndKeepsTheSlot() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            PgClient client = Clients.superuser(database);
            ExportedSlot slot = client.createSlot("kept", false, SOON, w -> {});
            client.importSnapshot(slot.snapshotId()).close();
            slot.close();
            Await.until(
                    "the snapshot is gone",
                    () -> {
                        try {
                            client.importSnapshot(slot.snapshotId()).close();
                            return false;
                        } catch (SnapshotLostException e) {
                            return true;
                        }
                    });
            assertThat(slots(database, "kept")).isEqualTo(1);
        }
    }
}
