package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.DecliningSerializer;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.wal.Lsn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A standby is promoted while a pipeline reads its primary. */
final class PromotionITCase {

    @TempDir private Path folder;
    private @Nullable PromotedPipeline pipeline;

    @AfterEach
    void close() throws Exception {
        if (pipeline != null) {
            pipeline.close();
        }
    }

    private PromotedPipeline pipeline(int major, int rows) {
        PromotedPipeline made = new PromotedPipeline(major, true, rows, folder);
        pipeline = made;
        return made;
    }

    private static Lsn confirmed(PromotedPipeline promoted) {
        return Lsn.parse(
                promoted.database()
                        .queryString(
                                "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE"
                                        + " slot_name = '"
                                        + promoted.config.slot()
                                        + "'"));
    }

    @Test
    void pipelineGoesOnByItselfWhenThePrimaryCrashes() throws Exception {
        goesOnByItselfWhenThePrimaryCrashes(18, false);
    }

    /** It was made without failover. */
    @Test
    @Tag("long")
    void pipelineOfASlotMadeByHandDoesSoToo() throws Exception {
        goesOnByItselfWhenThePrimaryCrashes(17, true);
    }

    /** And the new primary's slot isn't moved beyond what a checkpoint holds. */
    private void goesOnByItselfWhenThePrimaryCrashes(int major, boolean byHand) throws Exception {
        PromotedPipeline promoted = pipeline(major, 100);
        if (byHand) {
            promoted.database()
                    .execute(
                            "SELECT pg_create_logical_replication_slot('"
                                    + promoted.config.slot()
                                    + "', 'pgoutput')");
        }
        AtomicBoolean declined = new AtomicBoolean();
        promoted.job().declineCheckpointsWhile(declined).start();
        promoted.startLoad();
        promoted.job().awaitStreaming();
        promoted.servers.awaitSynced(promoted.config.slot());
        declined.set(true);
        Lsn checkpointed =
                Lsn.parse(promoted.database().queryString("SELECT pg_current_wal_insert_lsn()"));
        promoted.lose(promoted.servers::failOver);
        promoted.awaitStreaming();
        long before = DecliningSerializer.declined();
        Await.until("checkpoints go by", () -> DecliningSerializer.declined() > before + 2);
        assertThat(confirmed(promoted)).isLessThanOrEqualTo(checkpointed);
        declined.set(false);
        promoted.assertExactlyOnce();
    }

    /** By five promotions one behind the other, each at another moment. */
    @ParameterizedTest
    @ValueSource(ints = {17, 18})
    @Tag("long")
    void pipelineFollowsPromotionsOneBehindTheOther(int major) throws Exception {
        PromotedPipeline promoted = pipeline(major, 100);
        streamUnderLoad(promoted);

        // Behind a large transaction, most of which isn't read yet.
        insert(promoted, 2_000_000, 60_000);
        promoted.lose(promoted.servers::failOver);
        next(promoted);

        // In the midst of a large transaction that is read already.
        insert(promoted, 3_000_000, 60_000);
        Await.until(
                "some of it is committed",
                Duration.ofSeconds(60),
                () ->
                        promoted.job().committed().stream()
                                .anyMatch(
                                        line ->
                                                line.after() != null
                                                        && line.after().startsWith("3000")));
        promoted.lose(promoted.servers::switchOver);
        next(promoted);

        // Directly behind a commit; the connection breaks a second time.
        promoted.database().execute("INSERT INTO t VALUES (4000000, 'commit', 0)");
        promoted.lose(promoted.servers::failOver);
        promoted.awaitStreaming();
        promoted.database()
                .queryList(
                        "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE"
                                + " active AND slot_name = '"
                                + promoted.config.slot()
                                + "'");
        next(promoted);

        // The job fails in the same checkpoint: its state is of the former timeline.
        insert(promoted, 5_000_000, 5_000);
        promoted.lose(promoted.servers::switchOver);
        promoted.restart();
        next(promoted);

        // In an open transaction, that ends with the primary.
        try (Connection connection = promoted.database().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(
                    "INSERT INTO t SELECT g, 'never', 0 FROM generate_series(6000000, 6020000) g");
            promoted.lose(promoted.servers::failOver);
        } catch (SQLException e) {
            assertThat((Throwable) e).hasMessageContaining("terminating connection");
        }
        promoted.awaitStreaming();
        assertThat(promoted.database().queryLong("SELECT timeline_id FROM pg_control_checkpoint()"))
                .isGreaterThanOrEqualTo(5);
        promoted.assertExactlyOnce();
    }

    /** Returns when a promotion can be followed. */
    private static void streamUnderLoad(PromotedPipeline promoted) throws Exception {
        promoted.job().start();
        promoted.startLoad();
        promoted.job().awaitStreaming();
        promoted.servers.awaitSynced(promoted.config.slot());
    }

    private static void insert(PromotedPipeline promoted, int from, int rows) {
        promoted.database()
                .execute(
                        "INSERT INTO t SELECT g, 'large', 0 FROM generate_series("
                                + from
                                + ", "
                                + (from + rows - 1)
                                + ") g");
    }

    private static void next(PromotedPipeline promoted) {
        promoted.awaitStreaming();
        promoted.servers.addStandby();
        promoted.servers.awaitSynced(promoted.config.slot());
    }

    /** There and back, where the former primary has the slot itself. */
    @ParameterizedTest
    @ValueSource(ints = {17, 18})
    @Tag("long")
    void pipelineFollowsBackToTheFormerPrimary(int major) throws Exception {
        PromotedPipeline promoted = pipeline(major, 100);
        streamUnderLoad(promoted);
        promoted.lose(promoted.servers::switchOver);
        promoted.awaitStreaming();
        promoted.servers.followWithFormer();
        assertThat(
                        promoted.servers
                                .standby()
                                .queryString(
                                        "SELECT synced FROM pg_replication_slots WHERE slot_name ="
                                                + " '"
                                                + promoted.config.slot()
                                                + "'"))
                .isEqualTo("f");
        promoted.servers
                .standby()
                .execute("SELECT pg_drop_replication_slot('" + promoted.config.slot() + "')");
        promoted.servers.awaitSynced(promoted.config.slot());
        promoted.lose(promoted.servers::switchOver);
        promoted.awaitStreaming();
        promoted.assertExactlyOnce();
    }

    /** The snapshot is lost with its server, and taken anew. */
    @ParameterizedTest
    @ValueSource(ints = {17, 18})
    @Tag("long")
    void snapshotThatIsLostWithThePrimaryIsTakenAnew(int major) throws Exception {
        PromotedPipeline promoted = pipeline(major, 20_000);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        promoted.job()
                .onceAfterRows(
                        7000,
                        () -> {
                            try {
                                promoted.lose(promoted.servers::failOver);
                            } catch (Exception | Error e) {
                                failure.set(e);
                            }
                        })
                .start();
        promoted.startLoad();
        promoted.job().awaitStreaming();
        assertThat(failure.get()).isNull();
        promoted.assertExactlyOnce();
    }

    /** A table is lost with the primary while it is read again, for a stream that has begun. */
    @ParameterizedTest
    @ValueSource(ints = {17, 18})
    @Tag("long")
    void tableThatIsReadAgainMeanwhileIsReadAnew(int major) throws Exception {
        PromotedPipeline promoted = pipeline(major, 20_000);
        CompletableFuture<Void> loss = new CompletableFuture<>();
        promoted.job().onceAfterRows(30_000, () -> lose(promoted, loss)).start();
        promoted.job().awaitCommitted(20_000);
        promoted.awaitStreaming();
        promoted.servers.awaitSynced(promoted.config.slot());
        assertThat(loss).isNotDone();
        promoted.readAgain();
        promoted.startLoad();
        loss.get(120, TimeUnit.SECONDS);
        promoted.awaitStreaming();
        promoted.assertExactlyOnce();
        assertThat(promoted.job().committed())
                .as("what takes rows back")
                .anyMatch(line -> line.op() == 't' && line.ordinal() < 0);
    }

    private static void lose(PromotedPipeline promoted, CompletableFuture<Void> loss) {
        try {
            promoted.lose(promoted.servers::failOver);
            loss.complete(null);
        } catch (Exception | Error e) {
            loss.completeExceptionally(e);
        }
    }

    /** The state is of the former timeline, the added table's snapshot of the new one. */
    @ParameterizedTest
    @ValueSource(ints = {17, 18})
    @Tag("long")
    void tableIsAddedAtTheFirstStartBehindAPromotion(int major) throws Exception {
        PromotedPipeline promoted = pipeline(major, 100);
        streamUnderLoad(promoted);
        promoted.job().cancel();
        promoted.lose(promoted.servers::failOver);
        promoted.addTable();
        promoted.restarted().start();
        promoted.awaitStreaming();
        promoted.assertExactlyOnce();
    }

    /** What is read since the promotion isn't on the former primary, should that come back. */
    @Test
    @Tag("long")
    void formerPrimaryThatComesBackIsRefused() throws Exception {
        PromotedPipeline promoted = pipeline(18, 100);
        promoted.job().start();
        promoted.job().awaitCommitted(100);
        promoted.database().execute("INSERT INTO t VALUES (1000, 'before', 0)");
        promoted.job().awaitRow("1000|before|");
        promoted.servers.awaitSynced(promoted.config.slot());
        promoted.lose(promoted.servers::switchOver);
        promoted.database().execute("INSERT INTO t VALUES (1001, 'behind', 0)");
        promoted.job().awaitRow("1001|behind|");
        promoted.servers.stopPrimary();
        promoted.servers.startFormer();
        TestDatabase former = promoted.servers.former(promoted.database().name());
        former.execute("INSERT INTO t VALUES (1002, 'of the former one', 0)");
        assertThat(promoted.job().failure())
                .contains("PipelineFailedException")
                .contains("was taken on timeline 2 (which began at LSN ")
                .contains("), and the server is on timeline 1")
                .contains("it is a former primary");
    }

    /** Two standbys that are promoted without knowing of each other both count timeline 2. */
    @ParameterizedTest
    @ValueSource(ints = {17, 18})
    @Tag("long")
    void secondStandbyThatIsPromotedIsRefused(int major) throws Exception {
        PromotedPipeline promoted = pipeline(major, 100);
        promoted.job().start();
        promoted.job().awaitCommitted(100);
        promoted.awaitStreaming();
        promoted.servers.awaitSynced(promoted.config.slot());
        promoted.servers.keepSibling();
        promoted.database().execute("INSERT INTO t VALUES (1000, 'before', 0)");
        promoted.job().awaitRow("1000|before|");
        promoted.servers.awaitStandbyHasAll();
        promoted.lose(promoted.servers::failOver);
        promoted.database().execute("INSERT INTO t VALUES (1001, 'of the one', 0)");
        promoted.job().awaitRow("1001|of the one|");
        promoted.job().stopWithSavepoint();
        promoted.lose(promoted.servers::promoteSibling);
        promoted.database()
                .execute(
                        "INSERT INTO t SELECT g, 'of the other', 0 FROM generate_series(1002, 9000)"
                                + " g");
        promoted.restarted().start();
        assertThat(promoted.job().failure())
                .contains("PipelineFailedException")
                .contains("was taken on timeline 2 (which began at LSN ")
                .contains(", and the server is on timeline 2 (which began at LSN ")
                .contains("which didn't come from that");
    }

    /** It is read by a role that may do no more than that. */
    @Test
    @Tag("long")
    void snapshotAloneNeedsNoReplicationBehindAPromotion() throws Exception {
        PromotedPipeline promoted = pipeline(18, 100);
        promoted.database()
                .execute(
                        "CREATE ROLE reader LOGIN PASSWORD 'reader'",
                        "GRANT SELECT ON t TO reader");
        promoted.servers.awaitStandbyHasAll();
        promoted.lose(promoted.servers::failOver);
        String dsn =
                "postgres://reader:reader@127.0.0.1:"
                        + promoted.database().port()
                        + "/"
                        + promoted.database().name();
        long rows =
                PgSource.builder()
                        .pipeline("alone")
                        .dsn(dsn)
                        .tables("public.t")
                        .property("startup_mode", "snapshot")
                        .build()
                        .addTo(StreamExecutionEnvironment.getExecutionEnvironment())
                        .executeAndCollect(1000)
                        .stream()
                        .mapToLong(ChangeBatch::rowCount)
                        .sum();
        assertThat(rows).isEqualTo(100);
    }

    /** As the troubleshooting of such a stall says it. */
    @Test
    @Tag("long")
    void promotionWithoutFailoverSlotIsExplained() throws Exception {
        PromotedPipeline promoted = new PromotedPipeline(18, false, 100, folder);
        pipeline = promoted;
        promoted.job().start();
        promoted.job().awaitCommitted(100);
        promoted.awaitStreaming();
        promoted.servers.awaitStandbyHasAll();
        promoted.lose(promoted.servers::failOver);
        assertThat(promoted.job().failure())
                .contains("PipelineFailedException")
                .contains("does not exist")
                .contains("a standby was promoted (timeline 1 became 2)")
                .contains("set failover_slots to \"true\"")
                .contains("For a fresh snapshot");
    }
}
