package io.nanosync.flink.pg.source;

import static io.nanosync.flink.pg.source.metrics.SourceMetric.CONFIRMED_LSN;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.EMITTED_LSN;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.HEARTBEAT_AGE_SECONDS;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.PAUSED;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.QUEUE_BYTES;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.QUEUE_CHANGES;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.QUEUE_FILL;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.RECEIVED_LSN;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.RECONNECTS;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.REPLICATION_LAG_SECONDS;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.SLOT_LAG_BYTES;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.SLOT_WAL_STATUS;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.SNAPSHOT_BYTES;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.SNAPSHOT_ROWS;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.STREAM_STATE;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.THROTTLED;
import static io.nanosync.flink.pg.source.metrics.SourceMetric.TRANSACTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.DriftPolicy;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.source.metrics.ReportedMetrics;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import io.nanosync.flink.pg.source.metrics.SourceMetric.Place;
import io.nanosync.flink.pg.source.metrics.StandardMetric;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.DecliningSerializer;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the metrics of a running pipeline say, against what is so. */
final class MetricsITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int ROWS = 100;

    @TempDir private Path folder;
    private TestPostgres server;
    private TestDatabase database;
    private SourceJob job;
    private final ReportedMetrics metrics = new ReportedMetrics();
    private final AtomicBoolean declined = new AtomicBoolean();
    private final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void close() throws Exception {
        released.countDown();
        if (job != null) {
            job.cancel();
        }
        database.close();
        if (server != null) {
            server.close();
        }
    }

    private void createTables(TestPostgres on) {
        database = on.createDatabase();
        database.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, note text)",
                "CREATE TABLE u (id bigint PRIMARY KEY, note text)",
                "CREATE TABLE other (id bigint PRIMARY KEY)",
                "INSERT INTO t SELECT g, 'n' FROM generate_series(1, 100) g",
                "INSERT INTO u SELECT g, 'n' FROM generate_series(1, 10) g");
    }

    private void startServer(Map<String, String> settings) {
        server = TestPostgres.start(18, settings);
        createTables(server);
    }

    /** A job over tables t and u that isn't started. */
    private SourceJob newJob() {
        return newJob(config());
    }

    private SourceConfig config() {
        return Configs.initial(database, "measured", "public.t", "public.u")
                .with(SourceOptions.MAX_RECONNECT_ATTEMPTS, 20);
    }

    private SourceJob newJob(SourceConfig config) {
        SourceJob created = new SourceJob(config, folder, 1);
        metrics.settings().toMap().forEach(created::setting);
        return created;
    }

    private void start(SourceJob newJob) throws Exception {
        job = newJob.start();
    }

    private void awaitStream() {
        await("the stream runs", () -> metrics.value(STREAM_STATE) == 2);
    }

    private void await(String what, Callable<Boolean> condition) {
        Await.until(
                what,
                PATIENCE,
                () -> {
                    job.assertRuns();
                    return condition.call();
                });
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Set<String> definitions(Place... places) {
        Set<String> words = new TreeSet<>();
        Stream.of(SourceMetric.values())
                .filter(metric -> List.of(places).contains(metric.place()))
                .forEach(metric -> words.add(ReportedMetrics.definition(metric)));
        return words;
    }

    /** Those of the stream would be lies before there is one: no lag, nothing pending. */
    @Test
    void pipelineRegistersExactlyTheListedMetrics() throws Exception {
        createTables(TestPostgres.shared(18));
        start(newJob().onceAfterRows(ROWS + 10, this::awaitRelease));
        await("all rows have come", () -> job.rowsUntilFault() <= 0);
        Set<String> streams = definitions(Place.STREAM);
        assertThat(metrics.ownInWords()).doesNotContainAnyElementsOf(streams);
        assertThat(metrics.standard())
                .contains(StandardMetric.SOURCE_IDLE_TIME.id())
                .doesNotContain(StandardMetric.PENDING_BYTES.id());
        released.countDown();
        awaitStream();
        assertThat(metrics.ownInWords())
                .isEqualTo(definitions(Place.JOB_MANAGER, Place.TASK, Place.STREAM));
        assertThat(metrics.standard())
                .containsAll(Stream.of(StandardMetric.values()).map(StandardMetric::id).toList())
                .doesNotContain("pendingRecords");
    }

    @Test
    void countsRowsChangesAndTransactionsAsTheyWereWritten() throws Exception {
        createTables(TestPostgres.shared(18));
        start(newJob());
        awaitStream();
        database.execute(
                "INSERT INTO t SELECT g, 'new' FROM generate_series(1001, 1005) g",
                "UPDATE t SET note = 'u' WHERE id <= 3",
                "UPDATE t SET id = -id WHERE id = 4",
                "DELETE FROM t WHERE id IN (5, 6)",
                "INSERT INTO other SELECT generate_series(1, 50)",
                "TRUNCATE t, u, other",
                "BEGIN; INSERT INTO t VALUES (1, 'a'), (2, 'b'); INSERT INTO u VALUES (1, 'a');"
                        + " UPDATE u SET note = 'b'; DELETE FROM t WHERE id = 1; COMMIT",
                "BEGIN; INSERT INTO t VALUES (9, 'never'); ROLLBACK",
                "INSERT INTO u VALUES (-1, 'end')");
        job.awaitRow("-1|end");
        // The end of a transaction may come in a page behind its last row.
        await("the last has ended", () -> metrics.value(TRANSACTIONS) >= 7);
        assertThat(metrics.changes("public.t", "insert")).isEqualTo(7);
        assertThat(metrics.changes("public.t", "update")).isEqualTo(4);
        assertThat(metrics.changes("public.t", "delete")).isEqualTo(3);
        assertThat(metrics.changes("public.t", "truncate")).isEqualTo(1);
        assertThat(metrics.changes("public.u", "insert")).isEqualTo(2);
        assertThat(metrics.changes("public.u", "update")).isEqualTo(1);
        assertThat(metrics.changes("public.u", "delete")).isZero();
        assertThat(metrics.changes("public.u", "truncate")).isEqualTo(1);
        assertThat(metrics.value(TRANSACTIONS)).isEqualTo(7);
        assertThat(metrics.value(SNAPSHOT_ROWS, "public.t")).isEqualTo(ROWS);
        assertThat(metrics.value(SNAPSHOT_ROWS, "public.u")).isEqualTo(10);
        assertThat(metrics.value(SNAPSHOT_BYTES, "public.u")).isPositive();
        assertThat(metrics.value(StandardMetric.NUM_RECORDS_IN)).isEqualTo(ROWS + 10 + 19);
    }

    /** What is read is counted as PostgreSQL sends it, not as it leaves. */
    @Test
    void countsTheBytesThatCame() throws Exception {
        createTables(TestPostgres.shared(18));
        database.execute("UPDATE u SET note = repeat('x', 10000)");
        start(newJob());
        awaitStream();
        await("the rows are counted", () -> metrics.value(StandardMetric.NUM_BYTES_IN) > 100_000);
        double before = metrics.value(StandardMetric.NUM_BYTES_IN);
        assertThat(before).isLessThan(120_000);
        database.execute("INSERT INTO t VALUES (-1, repeat('y', 50000))");
        job.awaitRow("-1|");
        assertThat(metrics.value(StandardMetric.NUM_BYTES_IN) - before)
                .isBetween(50_000.0, 52_000.0);
    }

    @Test
    void lagIsTheAgeOfWhatTheSinkHasNotCommitted() throws Exception {
        createTables(TestPostgres.shared(18));
        start(newJob().declineCheckpointsWhile(declined));
        awaitStream();
        await("it is idle", () -> metrics.value(REPLICATION_LAG_SECONDS) == 0);
        declined.set(true);
        // Checkpoints come one after the other: none that began before is left then.
        long declinedBefore = DecliningSerializer.declined();
        await("two are declined", () -> DecliningSerializer.declined() >= declinedBefore + 2);
        long before = nowMicros();
        database.execute("INSERT INTO t VALUES (-1, 'first')");
        long behind = nowMicros();
        await("the change is emitted", () -> metrics.changes("public.t", "insert") == 1);
        await(
                "it is behind",
                () -> {
                    long atLeast = nowMicros() - behind;
                    double lag = metrics.value(REPLICATION_LAG_SECONDS);
                    assertThat(Math.round(lag * 1e6)).isBetween(atLeast, nowMicros() - before);
                    return lag > 4;
                });
        database.execute("INSERT INTO t VALUES (-2, 'second')");
        await("both are emitted", () -> metrics.changes("public.t", "insert") == 2);
        assertThat(metrics.value(REPLICATION_LAG_SECONDS)).isGreaterThan(4);
        declined.set(false);
        job.awaitRow("-2|second");
        await("nothing is pending", () -> metrics.value(REPLICATION_LAG_SECONDS) == 0);
        await(
                "it is idle for some heartbeats",
                () -> metrics.value(StandardMetric.SOURCE_IDLE_TIME) > 3000);
        await("nothing is pending", () -> metrics.value(REPLICATION_LAG_SECONDS) == 0);
        assertThat(metrics.value(StandardMetric.CURRENT_FETCH_EVENT_TIME_LAG))
                .isBetween(0.0, 4000.0);
        assertThat(metrics.value(StandardMetric.CURRENT_EMIT_EVENT_TIME_LAG))
                .isGreaterThanOrEqualTo(0);
        assertThat(metrics.value(HEARTBEAT_AGE_SECONDS)).isBetween(0.0, 10.0);
    }

    private static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    @Test
    void positionsAreThoseOfTheServer() throws Exception {
        createTables(TestPostgres.shared(18));
        start(newJob());
        awaitStream();
        database.execute("INSERT INTO t VALUES (-1, 'here')");
        double written = lsn("SELECT pg_current_wal_insert_lsn()");
        await("it is confirmed", () -> metrics.value(CONFIRMED_LSN) >= written);
        String confirmed =
                "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name ="
                        + " 'nanosync_slot_measured'";
        // Heartbeats move it on, so it has to be the same on both sides.
        await(
                "the metric says what the slot says",
                () -> {
                    double before = lsn(confirmed);
                    double said = metrics.value(CONFIRMED_LSN);
                    return said == before && said == lsn(confirmed);
                });
        double confirmedLsn = metrics.value(CONFIRMED_LSN);
        double emitted = metrics.value(EMITTED_LSN);
        assertThat(confirmedLsn).isLessThanOrEqualTo(emitted);
        assertThat(emitted).isLessThanOrEqualTo(metrics.value(RECEIVED_LSN));
        assertThat(metrics.value(RECEIVED_LSN))
                .isLessThanOrEqualTo(lsn("SELECT pg_current_wal_insert_lsn()"));
        await("all has come", () -> metrics.value(StandardMetric.PENDING_BYTES) == 0);
    }

    private double lsn(String sql) {
        return Lsn.parse(database.queryString(sql)).value();
    }

    @Test
    void aSinkThatBlocksFillsTheQueueAndIsBehind() throws Exception {
        createTables(TestPostgres.shared(18));
        start(newJob().onceAfterRows(ROWS + 10 + 1, this::awaitRelease));
        awaitStream();
        assertThat(metrics.value(QUEUE_FILL)).isZero();
        database.execute("INSERT INTO t SELECT g, 'n' FROM generate_series(1001, 60000) g");
        await("the queue is full", () -> metrics.value(QUEUE_FILL) == 1);
        assertThat(metrics.value(THROTTLED)).isEqualTo(1);
        // Four fetches of at most 500 rows.
        double changes = metrics.value(QUEUE_CHANGES);
        assertThat(changes).isBetween(4.0, 2000.0);
        assertThat(metrics.value(QUEUE_BYTES)).isGreaterThan(changes * 10);
        await("it is behind", () -> metrics.value(REPLICATION_LAG_SECONDS) > 5);
        await("heartbeats don't come", () -> metrics.value(HEARTBEAT_AGE_SECONDS) > 5);
        assertThat(metrics.value(StandardMetric.PENDING_BYTES)).isGreaterThan(100_000);
        released.countDown();
        job.awaitCommitted(ROWS + 10 + 59_000);
        await("nothing is pending", () -> metrics.value(REPLICATION_LAG_SECONDS) == 0);
        await("the queue is empty", () -> metrics.value(QUEUE_FILL) == 0);
        assertThat(metrics.value(QUEUE_CHANGES)).isZero();
        assertThat(metrics.value(QUEUE_BYTES)).isZero();
        assertThat(metrics.value(THROTTLED)).isZero();
        await("heartbeats come", () -> metrics.value(HEARTBEAT_AGE_SECONDS) < 3);
        await("all has come", () -> metrics.value(StandardMetric.PENDING_BYTES) == 0);
        assertThat(metrics.changes("public.t", "insert")).isEqualTo(59_000);
        assertThat(metrics.value(TRANSACTIONS)).isEqualTo(1);
    }

    /** Nobody knows what is committed meanwhile. */
    @Test
    void aServerThatIsGoneIsLag() throws Exception {
        startServer(Map.of());
        start(newJob());
        awaitStream();
        await("it is idle", () -> metrics.value(REPLICATION_LAG_SECONDS) == 0);
        server.stop();
        await("it is behind", () -> metrics.value(REPLICATION_LAG_SECONDS) > 6);
        server.startAgain();
        database.execute("INSERT INTO t VALUES (-1, 'again')");
        job.awaitRow("-1|again");
        await("nothing is pending", () -> metrics.value(REPLICATION_LAG_SECONDS) == 0);
        assertThat(metrics.value(RECONNECTS)).isPositive();
        assertThat(metrics.value(STREAM_STATE)).isEqualTo(2);
    }

    @Test
    void aStreamThatIsPausedIsLag() throws Exception {
        createTables(TestPostgres.shared(18));
        String stateDir = folder.resolve("state").toUri().toString();
        start(
                newJob(
                        Configs.withStateDir(config(), stateDir)
                                .with(SourceOptions.SCHEMA_DRIFT, DriftPolicy.PAUSE)));
        awaitStream();
        assertThat(metrics.value(PAUSED)).isZero();
        database.execute("ALTER TABLE t ADD COLUMN x int", "INSERT INTO t VALUES (-1, 'x', 1)");
        long behind = nowMicros();
        await("it is paused", () -> metrics.value(PAUSED) == 1);
        await(
                "it is behind",
                () -> {
                    long atLeast = nowMicros() - behind;
                    double lag = metrics.value(REPLICATION_LAG_SECONDS);
                    assertThat(Math.round(lag * 1e6)).isGreaterThanOrEqualTo(atLeast);
                    return lag > 3;
                });
        assertThat(metrics.value(STREAM_STATE)).isEqualTo(6);
    }

    @Test
    @Tag("long")
    void slotThatKeepsMuchIsSeen() throws Exception {
        startServer(Map.of("max_wal_size", "32MB", "min_wal_size", "32MB"));
        start(newJob().declineCheckpointsWhile(declined));
        awaitStream();
        await("it is reserved", () -> metrics.value(SLOT_WAL_STATUS) == 1);
        declined.set(true);
        String status = "SELECT wal_status FROM pg_replication_slots";
        await(
                "the server keeps more than it would",
                () -> {
                    database.execute(
                            "INSERT INTO other SELECT coalesce(max(id), 0) + 1 FROM other",
                            "SELECT pg_switch_wal()");
                    return database.queryString(status).equals("extended");
                });
        await("the metric says so", () -> metrics.value(SLOT_WAL_STATUS) == 2);
        await("as does the lag", () -> metrics.value(SLOT_LAG_BYTES) > 16 << 20);
        declined.set(false);
        await(
                "the slot moves on",
                () -> {
                    database.execute("SELECT pg_log_standby_snapshot()", "CHECKPOINT");
                    return database.queryString(status).equals("reserved");
                });
        await("the metric says so", () -> metrics.value(SLOT_WAL_STATUS) == 1);
    }
}
