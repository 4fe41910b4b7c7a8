package io.nanosync.flink.pg.client.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PgException.Recovery;
import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.CheckpointedPositions;
import io.nanosync.flink.pg.wal.ConfirmableLsn;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The slot of each test is {@code stream_slot}, with publication {@code pub} for {@code t}. */
final class ReplicationStreamTest {

    private static final String ALL_VERSIONS = "io.nanosync.flink.pg.testing.TestPostgres#VERSIONS";
    private static final String SLOT = "stream_slot";
    private static final Lsn FROM_CONFIRMED = new Lsn(0);

    private @Nullable TestDatabase created;

    @BeforeEach
    void onNewestVersion() {
        on(18);
    }

    /** As if a job had been restored there. */
    static ConfirmableLsn confirmable(Lsn lsn) {
        CheckpointedPositions positions = new CheckpointedPositions();
        positions.restored(StreamPosition.at(lsn));
        return positions.confirmable();
    }

    private void on(int major) {
        dropDatabase();
        TestDatabase database = TestPostgres.shared(major).createDatabase();
        created = database;
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, v text)",
                "CREATE PUBLICATION pub FOR TABLE t",
                "SELECT pg_create_logical_replication_slot('" + SLOT + "', 'pgoutput')");
    }

    @AfterEach
    void dropDatabase() {
        if (created != null) {
            created.close();
            created = null;
        }
    }

    private TestDatabase database() {
        return requireNonNull(created);
    }

    private PgClient client() {
        return Clients.superuser(database());
    }

    private ReplicationStream start() throws PgException {
        return client().startReplication(null, SLOT, "pub", FROM_CONFIRMED, true);
    }

    private SlotState slot() throws PgException {
        try (ControlSession control = client().openControl()) {
            return requireNonNull(control.slot(SLOT));
        }
    }

    private Lsn confirmed() throws PgException {
        return requireNonNull(slot().confirmedFlush());
    }

    private Lsn heartbeat() throws PgException {
        try (ControlSession control = client().openControl()) {
            return control.emitHeartbeat("nanosync");
        }
    }

    private static char kind(ByteBuffer message) {
        return (char) message.get(message.position());
    }

    private static long longAt(ByteBuffer message, int offset) {
        return message.getLong(message.position() + offset);
    }

    private static ByteBuffer next(ReplicationStream stream) {
        return Await.value("a message", stream::poll);
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void tellsTheStartOfEachMessageAndNeverAWalEndBeyondAnUnreadCommit(int major) throws Exception {
        on(major);
        try (ReplicationStream stream = start()) {
            database().execute("INSERT INTO t VALUES (1, 'a')", "UPDATE t SET v = 'b'");
            Lsn previous = new Lsn(0);
            List<Character> kinds = new ArrayList<>();
            Lsn beginsCommit = new Lsn(0);
            while (kinds.stream().filter(k -> k == 'C').count() < 2) {
                Lsn walEndBefore = stream.serverWalEnd();
                ByteBuffer message = next(stream);
                assertThat(message.hasArray()).isTrue();
                kinds.add(kind(message));
                switch (kind(message)) {
                    case 'R' -> assertThat(stream.messageLsn()).isEqualTo(new Lsn(0));
                    case 'B' -> {
                        beginsCommit = new Lsn(longAt(message, 1));
                        assertThat(walEndBefore).isLessThan(beginsCommit);
                    }
                    case 'C' -> {
                        assertThat(new Lsn(longAt(message, 2))).isEqualTo(beginsCommit);
                        Lsn end = new Lsn(longAt(message, 10));
                        assertThat(stream.messageLsn()).isEqualTo(end);
                        assertThat(stream.serverWalEnd()).isEqualTo(end);
                        previous = end;
                    }
                    default -> {
                        assertThat(stream.messageLsn()).isGreaterThanOrEqualTo(previous);
                        assertThat(stream.messageLsn()).isLessThan(beginsCommit);
                    }
                }
            }
            assertThat(kinds).containsExactly('B', 'R', 'I', 'C', 'B', 'U', 'C');
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void asksForBinaryValuesAndMessagesWhereTheServerHasThem(int major) throws Exception {
        on(major);
        for (boolean binary : new boolean[] {true, false}) {
            Lsn start = confirmed();
            try (ReplicationStream stream =
                    client().startReplication(null, SLOT, "pub", start, binary)) {
                database()
                        .execute(
                                "SELECT pg_logical_emit_message(false, 'p', 'content')",
                                "INSERT INTO t VALUES (" + (binary ? 1 : 2) + ", 'a')");
                List<Character> kinds = new ArrayList<>();
                ByteBuffer message = next(stream);
                while (kind(message) != 'C') {
                    kinds.add(kind(message));
                    if (kind(message) == 'I') {
                        // I, relation, N, number of columns, then kind of the first column.
                        char column = (char) message.get(message.position() + 1 + 4 + 1 + 2);
                        assertThat(column).isEqualTo(binary && major >= 14 ? 'b' : 't');
                    }
                    message = next(stream);
                }
                assertThat(kinds.contains('M')).isEqualTo(major >= 14);
                stream.confirm(confirmable(stream.messageLsn()));
                Lsn end = stream.messageLsn();
                Await.until("the slot is confirmed", () -> confirmed().equals(end));
            }
            Await.until("the slot is free", () -> slot().activePid() == null);
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void anIdleStreamLearnsTheWalEndAndMovesNothingByItself(int major) throws Exception {
        on(major);
        Lsn before = confirmed();
        try (ReplicationStream stream = start()) {
            Lsn beat = heartbeat();
            pollUntilWalEndReaches(stream, beat);
            // Keepalives that ask for an answer get one, by the driver.
            stream.confirm(confirmable(before));
            stream.confirm(confirmable(before));
            for (int i = 0; i < 200; i++) {
                stream.poll();
            }
            assertThat(confirmed()).isEqualTo(before);

            stream.confirm(confirmable(beat));
            Await.until("the slot has moved", () -> confirmed().equals(beat));
        }
    }

    /** The driver's own way is to confirm keepalives once everything before is confirmed. */
    @Test
    void answersTheServersQuestionsInTimeWithoutMovingTheSlot() throws Exception {
        PgClient impatient = new JdbcPgClient(database().connectionConfig(), Duration.ofSeconds(1));
        try (ReplicationStream stream =
                impatient.startReplication(null, SLOT, "pub", FROM_CONFIRMED, true)) {
            Lsn beat = heartbeat();
            pollUntilWalEndReaches(stream, beat);
            stream.confirm(confirmable(beat));
            Await.until("the slot has moved", () -> confirmed().equals(beat));

            database().execute("CREATE TABLE unpublished (id int)");
            try (ControlSession control = client().openControl()) {
                pollUntilWalEndReaches(stream, control.currentLsn());
            }
            long start = System.nanoTime();
            while (System.nanoTime() - start < Duration.ofSeconds(3).toNanos()) {
                stream.poll();
            }
            assertThat(slot().activePid()).isNotNull();
            assertThat(confirmed()).isEqualTo(beat);
        }
    }

    private static void pollUntilWalEndReaches(ReplicationStream stream, Lsn lsn) {
        Await.until(
                "the server's WAL end has reached " + lsn,
                () -> {
                    stream.poll();
                    return !lsn.isAfter(stream.serverWalEnd());
                });
    }

    @Test
    void confirmsFromAThreadOfItsOwnKeepAnUnreadStreamAlive() throws Exception {
        PgClient impatient = new JdbcPgClient(database().connectionConfig(), Duration.ofSeconds(1));
        Lsn before = confirmed();
        try (ReplicationStream stream =
                impatient.startReplication(null, SLOT, "pub", FROM_CONFIRMED, true)) {
            database()
                    .execute(
                            "INSERT INTO t SELECT n, repeat('x', 1000) FROM generate_series(1,"
                                    + " 20000) n");
            long start = System.nanoTime();
            Await.until(
                    "three seconds have passed, each confirmed to the unread stream",
                    () -> {
                        stream.confirm(confirmable(before));
                        return System.nanoTime() - start > Duration.ofSeconds(3).toNanos();
                    });
            int rows = 0;
            ByteBuffer message = next(stream);
            while (kind(message) != 'C') {
                rows += kind(message) == 'I' ? 1 : 0;
                message = next(stream);
            }
            assertThat(rows).isEqualTo(20_000);
        }
    }

    @Test
    void confirmWorksWhileAnotherThreadPolls() throws Exception {
        try (ReplicationStream stream = start()) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger polls = new AtomicInteger();
            AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
            Thread poller =
                    new Thread(
                            () -> {
                                try {
                                    while (!stop.get()) {
                                        stream.poll();
                                        polls.incrementAndGet();
                                    }
                                } catch (PgException e) {
                                    failure.set(e);
                                }
                            });
            poller.start();
            Await.until("it polls", () -> polls.get() > 10);
            Lsn beat = heartbeat();
            long slowestNanos = 0;
            for (int i = 0; i < 50; i++) {
                long start = System.nanoTime();
                stream.confirm(confirmable(beat));
                slowestNanos = Math.max(slowestNanos, System.nanoTime() - start);
            }
            Await.until("the slot has moved", () -> confirmed().equals(beat));
            stop.set(true);
            poller.join();
            assertThat(failure.get()).isNull();
            assertThat(Duration.ofNanos(slowestNanos)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void anUnconfirmedTransactionComesAgain() throws Exception {
        database().execute("INSERT INTO t VALUES (1, 'a')");
        for (int round = 0; round < 2; round++) {
            Await.until("the slot is free", () -> slot().activePid() == null);
            try (ReplicationStream stream = start()) {
                assertThat(kind(next(stream))).isEqualTo('B');
                assertThat(kind(next(stream))).isEqualTo('R');
                assertThat(kind(next(stream))).isEqualTo('I');
            }
        }
    }

    @Test
    void losesNoByteOfLargeAndSmallMessages() throws Exception {
        database()
                .execute(
                        "INSERT INTO t SELECT n, repeat('x', CASE WHEN n % 100 = 0 THEN 3000000"
                                + " ELSE n END) FROM generate_series(1, 500) n");
        try (ReplicationStream stream = start()) {
            long bytes = 0;
            ByteBuffer message = next(stream);
            while (kind(message) != 'C') {
                if (kind(message) == 'I') {
                    // I, relation, N, 2 columns, b, 4, id, b, length
                    bytes += message.getInt(message.position() + 8 + 1 + 4 + 4 + 1);
                }
                message = next(stream);
            }
            assertThat(bytes).isEqualTo(database().queryLong("SELECT sum(length(v)) FROM t"));
        }
    }

    @Test
    void quotesNamesAsTheCommandDemands() throws Exception {
        String odd = "It's \"odd\", Pub";
        database()
                .execute(
                        "CREATE PUBLICATION \"It's \"\"odd\"\", Pub\" FOR TABLE t",
                        "SELECT pg_create_logical_replication_slot('1slot', 'pgoutput')",
                        "INSERT INTO t VALUES (1, 'a')");
        try (ReplicationStream stream =
                client().startReplication(null, "1slot", odd, FROM_CONFIRMED, true)) {
            assertThat(kind(next(stream))).isEqualTo('B');
        }
    }

    @Test
    void aSlotInUseMayBeWaitedFor() throws Exception {
        try (ReplicationStream stream = start()) {
            assertThat(stream.poll()).isNull();
            PgException failure = catchThrowableOfType(PgException.class, this::start);
            assertThat(failure.recovery()).isEqualTo(Recovery.WAIT);
            assertThat(failure)
                    .hasMessageStartingWith(
                            "Cannot start streaming from slot \""
                                    + SLOT
                                    + "\" at 0/0 on 127.0.0.1:"
                                    + database().port()
                                    + "/"
                                    + database().name()
                                    + ": replication slot \""
                                    + SLOT
                                    + "\" is active for PID ")
                    .hasMessageContaining("SELECT active_pid FROM pg_replication_slots");
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void aMissingSlotNeedsAPerson(int major) throws Exception {
        on(major);
        PgException failure =
                catchThrowableOfType(
                        PgException.class,
                        () -> client().startReplication(null, "gone", "pub", FROM_CONFIRMED, true));
        assertThat(failure.recovery()).isEqualTo(Recovery.FAIL);
        assertThat(failure)
                .hasMessageContaining("replication slot \"gone\" does not exist (SQLSTATE 42704)")
                .hasMessageContaining(
                        "For a fresh snapshot stop the job, run: SELECT pg_drop_replication_slot(");
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void aMissingPublicationNeedsAPersonWhereTheServerMindsIt(int major) throws Exception {
        on(major);
        database().execute("INSERT INTO t VALUES (1, 'a')");
        try (ReplicationStream stream =
                client().startReplication(null, SLOT, "gone", FROM_CONFIRMED, true)) {
            if (major >= 18) {
                // 18 warns in its log and skips: the source compares the publication itself.
                return;
            }
            PgException said = failure(stream::poll);
            assertThat(said.recovery()).isEqualTo(Recovery.FAIL);
            assertThat(said)
                    .hasMessageContaining("publication \"gone\" does not exist")
                    .hasMessageContaining("Publication \"gone\" was not there");
        }
    }

    @Test
    void aRoleWithoutReplicationIsToldWhatItNeeds() throws Exception {
        database().execute("CREATE ROLE onlooker LOGIN PASSWORD 'x'");
        try {
            PgClient onlooker =
                    new JdbcPgClient(
                            database().connectionConfig("onlooker", "x"), Duration.ofMinutes(1));
            PgException failure =
                    catchThrowableOfType(
                            PgException.class,
                            () ->
                                    onlooker.startReplication(
                                            null, SLOT, "pub", FROM_CONFIRMED, true));
            assertThat(failure.recovery()).isEqualTo(Recovery.FAIL);
            assertThat(failure)
                    .hasMessageContaining("(SQLSTATE 42501)")
                    .hasMessageContaining("ALTER ROLE \"onlooker\" REPLICATION");
        } finally {
            database().execute("DROP ROLE onlooker");
        }
    }

    @Test
    void abortFromAnotherThreadEndsPollingAndFreesTheSlotSoon() throws Exception {
        ReplicationStream stream = start();
        AtomicReference<@Nullable PgException> failure = new AtomicReference<>();
        Thread poller =
                new Thread(
                        () ->
                                failure.set(
                                        catchThrowableOfType(
                                                PgException.class,
                                                () -> {
                                                    while (true) {
                                                        stream.poll();
                                                    }
                                                })));
        poller.start();
        stream.abort();
        poller.join(10_000);
        assertThat(failure.get())
                .hasMessageContaining("Cannot stream from slot \"" + SLOT + "\"")
                .hasMessageEndingWith("the connection was aborted here");
        assertThat(stream.confirm(confirmable(FROM_CONFIRMED))).isFalse();
        stream.close();
        Await.until("the slot is free", () -> slot().activePid() == null);
    }

    @Test
    void closeDoesNotReadTheBacklog() throws Exception {
        database()
                .execute(
                        "INSERT INTO t SELECT n, repeat('x', 1000) FROM generate_series(1, 100000)"
                                + " n");
        ReplicationStream stream = start();
        assertThat(kind(next(stream))).isEqualTo('B');
        long start = System.nanoTime();
        stream.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        Await.until("the slot is free", () -> slot().activePid() == null);
    }

    private void terminate() {
        database()
                .execute(
                        "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE"
                                + " slot_name = '"
                                + SLOT
                                + "'");
    }

    private static PgException failure(Callable<?> call) {
        return Await.value(
                "it fails",
                () -> {
                    try {
                        call.call();
                        return null;
                    } catch (PgException e) {
                        return e;
                    }
                });
    }

    @Test
    void aTerminatedWalsenderMayBeTriedAgain() throws Exception {
        try (ReplicationStream stream = start()) {
            terminate();
            assertThat(failure(stream::poll).recovery()).isEqualTo(Recovery.RETRY);
        }
    }

    /**
     * An error of a change doesn't close the connection: both threads find that nothing streams.
     */
    @Test
    void whoConfirmsLeavesTheReasonToWhoPolls() throws Exception {
        database()
                .execute(
                        "ALTER PUBLICATION pub SET TABLE t WHERE (1 / id > 0)",
                        "INSERT INTO t VALUES (0, 'a')");
        try (ReplicationStream stream = start()) {
            assertThat(failure(stream::poll)).hasMessageContaining("SQLSTATE 22012");
            assertThat(stream.confirm(confirmable(FROM_CONFIRMED))).isFalse();
        }
    }

    @Test
    void aConnectionThatBrokeWhileConfirmingMayBeTriedAgain() throws Exception {
        try (ReplicationStream stream = start()) {
            terminate();
            PgException writing = failure(() -> stream.confirm(confirmable(FROM_CONFIRMED)));
            assertThat(writing.recovery()).isEqualTo(Recovery.RETRY);
            assertThat(failure(stream::poll).recovery()).isEqualTo(Recovery.RETRY);
        }
    }

    @Test
    void survivesTheGarbageCollectorWithNobodyButTheStreamHoldingTheConnection() throws Exception {
        try (ReplicationStream stream = start()) {
            System.gc();
            database().execute("INSERT INTO t VALUES (1, 'a')");
            System.gc();
            assertThat(kind(next(stream))).isEqualTo('B');
        }
    }
}
