package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.contract.ContractWatch;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.ReplicatedPostgres;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.StreamPosition.Numbering;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import io.nanosync.flink.pg.wal.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a standby that was promoted: what a position from before is worth there. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class PromotedPreconditionsITCase {

    private static ReplicatedPostgres servers;
    private static TestDatabase database;
    private static ServerIdentity before;
    private static Lsn position;
    private static List<TableSchema> tables;
    private static CaptureContract contract;

    private ControlSession control;
    private ServerIdentity server;
    private Lsn end;

    @BeforeAll
    static void promote() throws PgException {
        servers = ReplicatedPostgres.start(18);
        database = servers.createDatabase();
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, note text)",
                "CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (10)",
                "CREATE PUBLICATION nanosync_pub_gap FOR TABLE t, parts WITH"
                        + " (publish_via_partition_root = true)",
                "SELECT pg_create_logical_replication_slot('nanosync_slot_gap', 'pgoutput', false,"
                        + " false, true)",
                "SELECT pg_create_logical_replication_slot('nanosync_slot_lost', 'pgoutput', false,"
                        + " false, true)",
                "SELECT pg_create_logical_replication_slot('nanosync_slot_stays', 'pgoutput')");
        Await.until(
                "the slots are synced",
                () -> {
                    database.execute(
                            "SELECT pg_log_standby_snapshot()",
                            "SELECT pg_replication_slot_advance(slot_name,"
                                    + " pg_current_wal_flush_lsn()) FROM pg_replication_slots WHERE"
                                    + " failover");
                    return servers.isSynced("nanosync_slot_gap")
                            && servers.isSynced("nanosync_slot_lost");
                });
        try (ControlSession primary = open(servers.connectionConfig(database.name()))) {
            before = primary.identity();
            position =
                    Objects.requireNonNull(
                            Objects.requireNonNull(primary.slot("nanosync_slot_gap"))
                                    .confirmedFlush());
            tables =
                    List.of(
                            Objects.requireNonNull(
                                            primary.describe(new QualifiedName("public", "t")))
                                    .schema(),
                            Objects.requireNonNull(
                                            primary.describe(new QualifiedName("public", "parts")))
                                    .schema());
            contract = primary.readCatalog("nanosync_pub_gap", tables).contract();
        }
        database.execute("INSERT INTO t VALUES (1, 'one')");
        servers.awaitStandbyHasAll();
        servers.failOver();
        database = servers.database(database.name());
    }

    @AfterAll
    static void close() {
        servers.close();
    }

    private static ControlSession open(ConnectionConfig connection) throws PgException {
        return new JdbcPgClient(connection, Duration.ofSeconds(60)).openControl();
    }

    @BeforeEach
    void connect() throws PgException {
        control = open(database.connectionConfig());
        server = control.identity();
        end =
                Objects.requireNonNull(
                        control.timelineHistory(server)
                                .end(
                                        Timeline.numbered(
                                                before.systemIdentifier(), before.timeline())));
    }

    @AfterEach
    void disconnect() {
        control.close();
    }

    private static SourceConfig config(String pipeline) {
        SourceConfig config =
                Configs.of(
                        database.connectionConfig(),
                        pipeline,
                        new StartupMode.Initial(),
                        "public.t",
                        "public.parts");
        return config.with(SourceOptions.PUBLICATION, "nanosync_pub_gap");
    }

    private static StreamSplit split(int timeline, StreamPosition at, SnapshotBoundary... shown) {
        return split(Timeline.numbered(before.systemIdentifier(), timeline), at, shown);
    }

    private static StreamSplit split(
            Timeline timeline, StreamPosition at, SnapshotBoundary... shown) {
        return new StreamSplit(timeline, at, tables, contract, List.of(shown), 0);
    }

    private void check(String pipeline, StreamSplit split) throws PgException {
        SourceConfig config = config(pipeline);
        new StreamPreconditions(config, new ContractWatch(config, tables, split.contract()))
                .check(control, split.place());
    }

    private static StreamPosition inTransaction(Lsn commit) {
        return new StreamPosition(
                position,
                new PartialTransaction(commit, 7, 1, position.next(), 7, 'I', 1, Numbering.AT_LSN));
    }

    private static Lsn back(Lsn lsn) {
        return new Lsn(lsn.value() - 1);
    }

    /** With all that is captured: OIDs and xmin of the catalog are the same. */
    @Test
    @Order(1)
    void positionThatWasReplicatedPasses() {
        assertThat(server.timeline()).isEqualTo(before.timeline() + 1);
        assertThatCode(() -> check("gap", split(before.timeline(), StreamPosition.at(position))))
                .doesNotThrowAnyException();
        assertThatCode(() -> check("gap", split(before.timeline(), StreamPosition.at(end))))
                .doesNotThrowAnyException();
        assertThatCode(() -> check("gap", split(before.timeline(), inTransaction(back(end)))))
                .doesNotThrowAnyException();
        assertThatCode(() -> check("gap", split(server.timeline(), StreamPosition.at(position))))
                .doesNotThrowAnyException();
    }

    private void assertBeyond(StreamSplit split) {
        assertThatThrownBy(() -> check("gap", split))
                .isInstanceOf(PgException.class)
                .hasMessageContaining(
                        "the position on timeline 1 is at LSN "
                                + split.place()
                                        .reached()
                                        .get(split.place().reached().size() - 1)
                                        .lsn())
                .hasMessageContaining("has that timeline up to " + end + " only")
                .extracting(error -> ((PgException) error).recovery())
                .isEqualTo(PgException.Recovery.FAIL);
    }

    @Test
    @Order(2)
    void positionThatWasNotReplicatedIsFound() {
        assertBeyond(split(before.timeline(), StreamPosition.at(end.next())));
    }

    @Test
    @Order(2)
    void transactionThatWasEmittedInPartAndNotReplicatedIsFound() {
        assertBeyond(split(before.timeline(), inTransaction(end)));
    }

    @Test
    @Order(2)
    void snapshotThatShowsWhatWasNotReplicatedIsFound() {
        assertBeyond(
                split(
                        before.timeline(),
                        StreamPosition.at(position),
                        new SnapshotBoundary(
                                List.of(tables.get(0).oid()), 5, 5, List.of(), end.next())));
    }

    /** What is known of the former timeline isn't proven by a position on the new one. */
    @Test
    @Order(2)
    void eachSnapshotIsComparedOnItsOwnTimeline() {
        SnapshotBoundary shown =
                new SnapshotBoundary(List.of(tables.get(0).oid()), 5, 5, List.of(), end.next());
        Timeline before1 = Timeline.numbered(before.systemIdentifier(), before.timeline());
        Timeline now = Timeline.numbered(before.systemIdentifier(), server.timeline());
        assertBeyond(split(now, StreamPosition.at(position), shown.on(before1)));
        assertThatCode(
                        () ->
                                check(
                                        "gap",
                                        split(before1, StreamPosition.at(position), shown.on(now))))
                .doesNotThrowAnyException();
    }

    /** Two standbys of one primary that don't know of each other count the same number. */
    @Test
    @Order(2)
    void timelineOfThisNumberThatBeganElsewhereIsFound() {
        Timeline sibling =
                new Timeline(before.systemIdentifier(), server.timeline(), back(position));
        assertThatThrownBy(() -> check("gap", split(sibling, StreamPosition.at(position))))
                .isInstanceOf(PgException.class)
                .hasMessageContaining(
                        "was taken on timeline 2 (which began at LSN "
                                + back(position)
                                + "), and the server is on timeline 2 (which began at LSN "
                                + end
                                + "), which didn't come from that")
                .extracting(error -> ((PgException) error).recovery())
                .isEqualTo(PgException.Recovery.FAIL);
    }

    @Test
    @Order(3)
    void slotThatHadNoCopyIsFound() {
        assertThatThrownBy(
                        () -> check("stays", split(before.timeline(), StreamPosition.at(position))))
                .isInstanceOf(PgException.class)
                .hasMessageContaining("the slot does not exist")
                .hasMessageContaining("a standby was promoted (timeline 1 became 2)")
                .hasMessageContaining("set failover_slots to \"true\"");
    }

    @Test
    @Order(4)
    void slotThatWasMadeSinceIsFound() {
        database.execute(
                "SELECT pg_create_logical_replication_slot('nanosync_slot_stays', 'pgoutput')");
        assertThatThrownBy(
                        () -> check("stays", split(before.timeline(), StreamPosition.at(position))))
                .isInstanceOf(PgException.class)
                .hasMessageContaining(
                        "the slot is no copy that the server had made of the former primary's");
    }

    @Test
    @Order(5)
    void positionOfTheNewTimelineIsFoundOnTheFormerPrimary() throws PgException {
        servers.startFormer();
        try (ControlSession former = open(servers.former(database.name()).connectionConfig())) {
            SourceConfig config = config("gap");
            StreamSplit split = split(server.timeline(), StreamPosition.at(position));
            assertThatThrownBy(
                            () ->
                                    new StreamPreconditions(
                                                    config,
                                                    new ContractWatch(
                                                            config, tables, split.contract()))
                                            .check(former, split.place()))
                    .isInstanceOf(PgException.class)
                    .hasMessageContaining(
                            "was taken on timeline 2, and the server is on timeline 1, which"
                                    + " didn't come from that: it is a former primary");
        } finally {
            servers.stopFormer();
        }
    }

    @Test
    @Order(6)
    void copyThatWasInvalidatedIsFound() {
        database.execute(
                "ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'", "SELECT pg_reload_conf()");
        Await.until(
                "the slot is lost",
                () -> {
                    database.execute(
                            "SELECT pg_logical_emit_message(true, '', '')",
                            "SELECT pg_switch_wal()",
                            "CHECKPOINT");
                    SlotState slot = control.slot("nanosync_slot_lost");
                    return slot != null && slot.isLost();
                });
        assertThatThrownBy(
                        () -> check("lost", split(before.timeline(), StreamPosition.at(position))))
                .isInstanceOf(PgException.class)
                .hasMessageContaining("the slot was invalidated (wal_removed)");
    }

    /** The history of timelines is there on all versions, copies of slots aren't. */
    @ParameterizedTest
    @ValueSource(ints = {13, 16})
    @Tag("long")
    void promotionOfAVersionWithoutCopiesIsExplained(int major) throws PgException {
        try (ReplicatedPostgres old = ReplicatedPostgres.start(major)) {
            old.failOver();
            try (ControlSession promoted = open(old.primary().connectionConfig())) {
                ServerIdentity found = promoted.identity();
                Lsn switched =
                        promoted.timelineHistory(found)
                                .end(Timeline.numbered(found.systemIdentifier(), 1));
                assertThat(switched).isNotNull();
                StreamSplit split =
                        new StreamSplit(
                                Timeline.numbered(found.systemIdentifier(), 1),
                                StreamPosition.at(Objects.requireNonNull(switched)),
                                List.of(),
                                null,
                                List.of(),
                                0);
                SourceConfig config = config("gap");
                assertThatThrownBy(
                                () ->
                                        new StreamPreconditions(
                                                        config,
                                                        new ContractWatch(config, List.of(), null))
                                                .check(promoted, split.place()))
                        .hasMessageContaining("a standby was promoted (timeline 1 became 2)")
                        .hasMessageContaining("From version 17 on");
            }
        }
    }
}
