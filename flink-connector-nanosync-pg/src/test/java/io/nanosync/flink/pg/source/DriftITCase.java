package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.config.DriftPolicy;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.drift.DriftReport;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream stands still in front of a changed schema until a person has accepted it. */
final class DriftITCase {

    @TempDir private Path folder;
    private @Nullable DriftingPipeline pipeline;

    private DriftingPipeline pipeline(String... sql) {
        pipeline = new DriftingPipeline(TestPostgres.shared(18), folder, sql);
        return pipeline;
    }

    @AfterEach
    void close() throws Exception {
        if (pipeline != null) {
            pipeline.close();
        }
    }

    @Test
    void goesOnUnderAnAcceptedColumn() throws Exception {
        DriftingPipeline pipeline = pipeline().start();
        pipeline.execute(
                "INSERT INTO t VALUES (1, 'before')",
                "INSERT INTO u VALUES (1, 'before')",
                "ALTER TABLE t ADD COLUMN extra int",
                "INSERT INTO t VALUES (2, 'behind', 7)",
                "INSERT INTO u VALUES (2, 'behind')",
                "UPDATE t SET extra = 8 WHERE id = 1");
        DriftReport report = pipeline.awaitPaused();
        assertThat(report.text())
                .startsWith(
                        "The schema of public.t has changed: column \"extra\" is new, integer. All"
                                + " changes in front of LSN ")
                .endsWith(
                        "To go on under the new schema, run: nanosync resume pipeline drift. To"
                                + " read the table again as it is now, run: nanosync resnapshot"
                                + " pipeline drift --table public.t");
        pipeline.awaitChanges("public.t", "i 1|before");
        pipeline.awaitChanges("public.u", "i 1|before");
        pipeline.resume();
        pipeline.awaitChanges("public.t", "i 1|before", "i 2|behind|7", "u 1|before|8");
        pipeline.awaitChanges("public.u", "i 1|before", "i 2|behind");
        pipeline.awaitSettled();
    }

    /** Each is asked for by itself; rows in front of and behind each come once. */
    @Test
    void severalDriftsInARow() throws Exception {
        DriftingPipeline pipeline = pipeline("ALTER TABLE t ADD COLUMN size int").start();
        pipeline.execute(
                "ALTER TABLE t DROP COLUMN size",
                "INSERT INTO t VALUES (1, 'a')",
                "ALTER TABLE t ALTER COLUMN id TYPE bigint",
                "INSERT INTO t VALUES (2, 'b')",
                "ALTER TABLE t RENAME note TO remark",
                "INSERT INTO t VALUES (3, 'c')",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "UPDATE t SET remark = 'd' WHERE id = 3",
                "ALTER TABLE t ADD COLUMN tenant int NOT NULL DEFAULT 7",
                "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (tenant, id)",
                "ALTER TABLE t REPLICA IDENTITY DEFAULT",
                "DELETE FROM t WHERE id = 1");
        pipeline.resume("column \"size\" is gone");
        pipeline.resume("column \"id\" was integer and is now bigint");
        pipeline.resume(
                "column \"note\" is gone; column \"remark\" is new, text: the column that was"
                        + " named \"note\"");
        pipeline.resume("its replica identity was DEFAULT and is now FULL");
        pipeline.resume(
                "its replica identity was FULL and is now DEFAULT; column \"tenant\" is new,"
                        + " integer");
        pipeline.awaitChanges("public.t", "i 1|a", "i 2|b", "i 3|c", "u 3|d", "d 1|7");
        pipeline.awaitSettled();
    }

    /** The second table's drift is met when the first one's is passed. */
    @Test
    void twoTablesInTheMidstOfATransaction() throws Exception {
        DriftingPipeline pipeline = pipeline().start();
        pipeline.execute(
                "BEGIN; INSERT INTO t VALUES (1, 'a'); INSERT INTO u VALUES (1, 'a');"
                        + " ALTER TABLE t ADD COLUMN x int; ALTER TABLE u ADD COLUMN y int;"
                        + " INSERT INTO t VALUES (2, 'b', 2); INSERT INTO u VALUES (2, 'b', 2);"
                        + " ALTER TABLE t DROP COLUMN note; INSERT INTO t VALUES (3, 3); COMMIT",
                "INSERT INTO u VALUES (3, 'c', 3)");
        pipeline.resume("The schema of public.t has changed: column \"x\" is new");
        pipeline.resume("The schema of public.u has changed: column \"y\" is new");
        pipeline.resume("The schema of public.t has changed: column \"note\" is gone");
        pipeline.awaitChanges("public.t", "i 1|a", "i 2|b|2", "i 3|3");
        pipeline.awaitChanges("public.u", "i 1|a", "i 2|b|2", "i 3|c|3");
        pipeline.awaitSettled();
    }

    /** What came in front of the drift waits for its transaction's end; the state does too. */
    @Test
    void transactionWithADriftComesWhole() throws Exception {
        DriftingPipeline pipeline = pipeline().wholeTransactions().start();
        pipeline.execute(
                "INSERT INTO t VALUES (1, 'a')",
                "BEGIN; INSERT INTO t VALUES (2, 'b'); ALTER TABLE t ADD COLUMN x int;"
                        + " INSERT INTO t VALUES (3, 'c', 3); ALTER TABLE t ADD COLUMN y int;"
                        + " INSERT INTO t VALUES (4, 'd', 4, 4); COMMIT",
                "INSERT INTO t VALUES (5, 'e', 5, 5)");
        pipeline.resume("column \"x\" is new");
        pipeline.awaitPaused("column \"y\" is new");
        assertThat(pipeline.changes("public.t")).doesNotContain("i 2|b");
        pipeline.job().cancel();
        pipeline.restart(pipeline.newestState());
        pipeline.resume("column \"y\" is new");
        pipeline.awaitChanges("public.t", "i 1|a", "i 2|b", "i 3|c|3", "i 4|d|4|4", "i 5|e|5|5");
        pipeline.awaitSettled();
    }

    /** They were read in one fetch with the first half of the one that waits for a person. */
    @Test
    void wholeTransactionsInFrontOfADriftAreGiven() throws Exception {
        DriftingPipeline pipeline = pipeline().wholeTransactions().start();
        String savepoint = pipeline.job().stopWithSavepoint();
        pipeline.execute("INSERT INTO t VALUES (1, 'a')");
        Lsn first = pipeline.now();
        pipeline.execute("INSERT INTO u VALUES (1, 'a')");
        Lsn whole = pipeline.now();
        pipeline.execute(
                "BEGIN; INSERT INTO t VALUES (2, 'b'); INSERT INTO u VALUES (2, 'b');"
                        + " ALTER TABLE t ADD COLUMN x int; INSERT INTO t VALUES (3, 'c', 3);"
                        + " COMMIT");
        pipeline.restart(savepoint).awaitPaused("column \"x\" is new");
        pipeline.awaitChanges("public.t", "i 1|a");
        pipeline.awaitChanges("public.u", "i 1|a");
        Await.until(
                "the whole ones are confirmed",
                Duration.ofSeconds(60),
                () -> pipeline.confirmed().isAfter(first));
        pipeline.awaitCheckpoints(2);
        assertThat(pipeline.confirmed()).isBetween(first, whole);
        pipeline.resume();
        pipeline.awaitChanges("public.t", "i 1|a", "i 2|b", "i 3|c|3");
        pipeline.awaitChanges("public.u", "i 1|a", "i 2|b");
    }

    /** They are read again up to the second drift, under the schema that the first came to. */
    @Test
    void wholeTransactionWithADriftComesInFrontOfTheNextDrift() throws Exception {
        DriftingPipeline pipeline =
                pipeline().policy(DriftPolicy.ACCEPT_COMPATIBLE).wholeTransactions().start();
        String savepoint = pipeline.job().stopWithSavepoint();
        pipeline.execute(
                "INSERT INTO u VALUES (1, 'a')",
                "BEGIN; INSERT INTO t VALUES (1, 'a'); ALTER TABLE t ADD COLUMN x int;"
                        + " INSERT INTO t VALUES (2, 'b', 2); COMMIT",
                "BEGIN; INSERT INTO u VALUES (2, 'b'); ALTER TABLE u ADD COLUMN y int NOT NULL"
                        + " DEFAULT 1; INSERT INTO u VALUES (3, 'c', 3); COMMIT");
        pipeline.restart(savepoint).awaitPaused("column \"y\" is new");
        pipeline.awaitChanges("public.t", "i 1|a", "i 2|b|2");
        pipeline.resume();
        pipeline.awaitChanges("public.u", "i 1|a", "i 2|b", "i 3|c|3");
    }

    /** Its partitions are described behind it, and one of them has its columns in another order. */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void partitionedTable(int major) throws Exception {
        DriftingPipeline pipeline =
                new DriftingPipeline(
                        TestPostgres.shared(major),
                        folder,
                        "CREATE TABLE p (id int, note text, PRIMARY KEY (id)) PARTITION BY RANGE"
                                + " (id)",
                        "CREATE TABLE p_low PARTITION OF p FOR VALUES FROM (0) TO (10)",
                        "CREATE TABLE p_high (note text, id int NOT NULL)",
                        "ALTER TABLE p ATTACH PARTITION p_high FOR VALUES FROM (10) TO (1000)");
        this.pipeline = pipeline.tables("public.t", "public.u", "public.p").start();
        pipeline.execute(
                "INSERT INTO p VALUES (1, 'a'), (11, 'b')",
                "ALTER TABLE p ADD COLUMN x int",
                "INSERT INTO p VALUES (12, 'c', 3)",
                "UPDATE p SET id = 2 WHERE id = 12",
                "TRUNCATE p");
        pipeline.awaitPaused("The schema of public.p has changed: column \"x\" is new");
        String savepoint = pipeline.job().stopWithSavepoint();
        pipeline.restart(savepoint).resume();
        pipeline.awaitChanges(
                "public.p", "i 1|a", "i 11|b", "i 12|c|3", "d 12", "i 2|c|3", "t null");
    }

    @Test
    void alteredWhileStopped() throws Exception {
        DriftingPipeline pipeline = pipeline().start();
        String savepoint = pipeline.job().stopWithSavepoint();
        pipeline.execute(
                "INSERT INTO t VALUES (1, 'a')",
                "ALTER TABLE t ADD COLUMN x int",
                "INSERT INTO t VALUES (2, 'b', 2)");
        pipeline.restart(savepoint).resume("column \"x\" is new");
        pipeline.awaitChanges("public.t", "i 1|a", "i 2|b|2");
    }

    /**
     * It stays paused over restarts, and nothing behind is confirmed. The restored position is in
     * the midst of a transaction whose first half has the former schema.
     */
    @Test
    void staysPausedUntilItIsAcceptedOverRestarts() throws Exception {
        DriftingPipeline pipeline = pipeline().start();
        Lsn before = pipeline.now();
        pipeline.execute(
                "INSERT INTO t VALUES (1, 'a')",
                "BEGIN; INSERT INTO t VALUES (2, 'b'); ALTER TABLE t ADD COLUMN x int;"
                        + " INSERT INTO t VALUES (3, 'c', 3); COMMIT");
        Lsn behind = pipeline.now();
        for (int i = 0; i < 2; i++) {
            pipeline.awaitPaused("column \"x\" is new");
            pipeline.awaitChanges("public.t", "i 1|a", "i 2|b");
            pipeline.awaitCheckpoints(3);
            assertThat(pipeline.confirmed()).isBetween(before, behind);
            assertThat(pipeline.confirmed()).isNotEqualTo(behind);
            pipeline.job().cancel();
            pipeline.restart(pipeline.newestState());
        }
        pipeline.resume("column \"x\" is new");
        pipeline.awaitChanges("public.t", "i 1|a", "i 2|b", "i 3|c|3");
        pipeline.awaitSettled();
        Await.until(
                "all is confirmed",
                Duration.ofSeconds(60),
                () -> pipeline.confirmed().compareTo(behind) >= 0);
    }

    @Test
    void goesOnByItselfWhenKilledBetweenApprovalAndCheckpoint() throws Exception {
        DriftingPipeline pipeline = pipeline().start();
        pipeline.execute(
                "INSERT INTO t VALUES (1, 'a')",
                "ALTER TABLE t ADD COLUMN x int",
                "INSERT INTO t VALUES (2, 'b', 2)");
        pipeline.awaitPaused();
        pipeline.awaitChanges("public.t", "i 1|a");
        String state = pipeline.newestState();
        AtomicBoolean declined = new AtomicBoolean(true);
        pipeline.job().cancel();
        pipeline.newJob()
                .declineCheckpointsWhile(declined)
                .onceAfterRows(
                        1,
                        () -> {
                            declined.set(false);
                            throw new IllegalStateException("Fault of the test");
                        })
                .fromSavepoint(state)
                .start();
        pipeline.resume();
        pipeline.awaitChanges("public.t", "i 1|a", "i 2|b|2");
        pipeline.awaitSettled();
    }

    @Test
    void serverStopsAtOnceWhilePaused() throws Exception {
        try (TestPostgres server = TestPostgres.start(18);
                DriftingPipeline pipeline = new DriftingPipeline(server, folder)) {
            pipeline.start();
            pipeline.execute(
                    "INSERT INTO t VALUES (1, 'a')",
                    "ALTER TABLE t ADD COLUMN x int",
                    "INSERT INTO t SELECT g, 'b', g FROM generate_series(2, 900) g");
            pipeline.awaitPaused();
            long begun = System.nanoTime();
            server.stop();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isLessThan(Duration.ofSeconds(15));
            server.startAgain();
            pipeline.awaitChanges("public.t", "i 1|a");
            pipeline.resume();
            pipeline.await("all is there", lines -> lines.stream().anyMatch(l -> is(l, 900)));
            assertThat(pipeline.changes("public.t")).hasSize(900);
        }
    }

    private static boolean is(SourceJob.Line line, int id) {
        return line.after() != null && line.after().startsWith(id + "|");
    }

    @Test
    void failEndsThePipelineInFrontOfTheChange() throws Exception {
        DriftingPipeline pipeline = pipeline().policy(DriftPolicy.FAIL).start();
        pipeline.execute(
                "INSERT INTO t VALUES (1, 'a')",
                "ALTER TABLE t ADD COLUMN x int",
                "INSERT INTO t VALUES (2, 'b', 2)");
        assertThat(pipeline.job().failure())
                .contains("PipelineFailedException")
                .contains("The schema of public.t has changed: column \"x\" is new, integer")
                .contains("comes so again even when that is undone")
                .contains("With schema_drift: pause it waits there until nanosync resume accepts")
                .contains("nanosync resnapshot pipeline drift --table public.t");
        // As the error says.
        pipeline.policy(DriftPolicy.PAUSE).restart(pipeline.newestState()).resume();
        pipeline.awaitChanges("public.t", "i 1|a", "i 2|b|2");
    }

    @Test
    void compatibleSchemasAreAcceptedByThemselves() throws Exception {
        DriftingPipeline pipeline = pipeline().policy(DriftPolicy.ACCEPT_COMPATIBLE).start();
        pipeline.execute(
                "INSERT INTO t VALUES (1, 'a')",
                "ALTER TABLE t ADD COLUMN x int",
                "INSERT INTO t VALUES (2, 'b', 2)");
        pipeline.awaitChanges("public.t", "i 1|a", "i 2|b|2");
        // Writes the table anew: of a column that is new then nobody can tell any more.
        pipeline.execute(
                "ALTER TABLE t ALTER COLUMN x TYPE bigint", "INSERT INTO t VALUES (3, 'c', 3)");
        pipeline.awaitChanges("public.t", "i 1|a", "i 2|b|2", "i 3|c|3");
        assertThat(pipeline.files()).isZero();
        pipeline.execute("ALTER TABLE t DROP COLUMN note", "INSERT INTO t VALUES (4, 4)");
        pipeline.resume("column \"note\" is gone");
        pipeline.execute(
                "ALTER TABLE t ADD COLUMN y int NOT NULL DEFAULT 0",
                "INSERT INTO t VALUES (5, 5, 5)");
        pipeline.resume("column \"y\" is new");
        pipeline.execute(
                "ALTER TABLE t ADD COLUMN z int DEFAULT 7", "INSERT INTO t VALUES (6, 6, 6, 6)");
        pipeline.resume("column \"z\" is new");
        pipeline.awaitChanges(
                "public.t", "i 1|a", "i 2|b|2", "i 3|c|3", "i 4|4", "i 5|5|5", "i 6|6|6|6");
    }

    /** The approval of the first is none for the second, though it looks the same. */
    @Test
    void acceptedThenRevertedThenDriftedAgain() throws Exception {
        DriftingPipeline pipeline = pipeline().start();
        for (int i = 0; i < 2; i++) {
            pipeline.execute(
                    "ALTER TABLE t ADD COLUMN x int",
                    "INSERT INTO t VALUES (" + (2 * i + 1) + ", 'a', 1)",
                    "ALTER TABLE t DROP COLUMN x",
                    "INSERT INTO t VALUES (" + (2 * i + 2) + ", 'b')");
            pipeline.resume("column \"x\" is new, integer");
            pipeline.resume("column \"x\" is gone");
        }
        pipeline.awaitChanges("public.t", "i 1|a|1", "i 2|b", "i 3|a|1", "i 4|b");
    }

    /** The other way out that the pause names. */
    @Test
    void tableThatIsReadAgainIsAcceptedAsItIs() throws Exception {
        DriftingPipeline pipeline = pipeline().start();
        pipeline.execute(
                "INSERT INTO t VALUES (1, 'a')",
                "INSERT INTO u VALUES (1, 'a')",
                "ALTER TABLE t ADD COLUMN x int DEFAULT 5",
                "INSERT INTO t VALUES (2, 'b', 2)",
                "INSERT INTO u VALUES (2, 'b')");
        pipeline.awaitPaused();
        PgSource.readAgain(pipeline.config(), List.of(new QualifiedName("public", "t")));
        pipeline.await(
                "its rows are read",
                lines -> lines.stream().anyMatch(line -> line.op() == 'r' && is(line, 2)));
        pipeline.execute("INSERT INTO t VALUES (3, 'c', 3)");
        pipeline.awaitChanges("public.t", "i 3|c|3");
        pipeline.awaitChanges("public.u", "i 1|a", "i 2|b");
        assertThat(Replay.contents(Replay.of(pipeline.job().committed(), "public.t")))
                .containsExactly("1|a|5", "2|b|2", "3|c|3");
        assertThat(PgSource.pauses(pipeline.config())).isEmpty();
    }

    /** Nothing tells any more how its values are read. */
    @Test
    void columnWhoseTypeIsGoneCannotBeAccepted() throws Exception {
        DriftingPipeline pipeline = pipeline("CREATE TYPE mood AS ENUM ('ok')").start();
        pipeline.execute(
                "BEGIN; ALTER TABLE t ADD COLUMN m mood; INSERT INTO t VALUES (1, 'a', 'ok');"
                        + " ALTER TABLE t DROP COLUMN m; DROP TYPE mood; COMMIT");
        DriftReport report = pipeline.awaitPaused("It can't be accepted", "[m]");
        assertThat(report.acceptable()).isFalse();
        assertThatThrownBy(() -> PgSource.resume(pipeline.config(), report))
                .hasMessageContaining("nanosync resnapshot pipeline drift --table public.t");
        PgSource.readAgain(pipeline.config(), List.of(new QualifiedName("public", "t")));
        pipeline.await("its row is read", lines -> lines.stream().anyMatch(l -> is(l, 1)));
    }

    /** A truncate of two tables that was taken of the one that is read again since. */
    @Test
    void truncateOfAnotherTableIsStillToBeAcceptedWhenTheFirstIsReadAgain() throws Exception {
        DriftingPipeline pipeline = pipeline().start();
        pipeline.execute(
                "INSERT INTO t VALUES (1, 'a')",
                "INSERT INTO u VALUES (1, 'a')",
                "BEGIN; ALTER TABLE u ADD COLUMN y int; TRUNCATE t, u; COMMIT");
        pipeline.awaitPaused("column \"y\" is new");
        pipeline.awaitChanges("public.t", "i 1|a", "t null");
        pipeline.execute("INSERT INTO t VALUES (2, 'b')");
        PgSource.readAgain(pipeline.config(), List.of(new QualifiedName("public", "t")));
        pipeline.await("its row is read", lines -> lines.stream().anyMatch(l -> is(l, 2)));
        pipeline.resume("column \"y\" is new");
        pipeline.awaitChanges("public.u", "i 1|a", "t null");
    }

    /** No change comes in between, so the stream describes the table as it did before. */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void columnThatWasDroppedAndAddedAgainSinceIsSaid(int major) throws Exception {
        DriftingPipeline pipeline = new DriftingPipeline(TestPostgres.shared(major), folder);
        this.pipeline = pipeline.policy(DriftPolicy.ACCEPT_COMPATIBLE).start();
        pipeline.execute(
                "BEGIN; ALTER TABLE t ADD COLUMN x int; INSERT INTO t VALUES (1, 'a', 1);"
                        + " ALTER TABLE t DROP COLUMN x, ADD COLUMN x int;"
                        + " INSERT INTO t VALUES (2, 'b', 2); COMMIT");
        assertThat(pipeline.awaitPaused("column \"x\" is new, integer").text())
                .contains(
                        "Columns [x] may be others by now: a column was dropped since, and the"
                                + " stream doesn't tell which. If one of these was, no change tells"
                                + " what became of its values: read the table again");
    }

    /** A commit is sent before the catalog shows it: while a standby is awaited, long before. */
    @Test
    void nobodyIsAskedBeforeTheCatalogShowsTheTransaction() throws Exception {
        try (TestPostgres server = TestPostgres.start(18);
                DriftingPipeline pipeline = new DriftingPipeline(server, folder)) {
            pipeline.start();
            server.execute(
                    "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
                    "SELECT pg_reload_conf()");
            CompletableFuture<Void> commit =
                    CompletableFuture.runAsync(
                            () ->
                                    pipeline.execute(
                                            "BEGIN; ALTER TABLE t ADD COLUMN x int;"
                                                    + " INSERT INTO t VALUES (1, 'a', 1);"
                                                    + " ALTER TABLE t DROP COLUMN x,"
                                                    + " ADD COLUMN x int; COMMIT"));
            Await.until(
                    "the commit waits for a standby",
                    Duration.ofSeconds(60),
                    () ->
                            server.queryLong(
                                            "SELECT count(*) FROM pg_stat_activity WHERE"
                                                    + " wait_event = 'SyncRep'")
                                    > 0);
            pipeline.awaitCheckpoints(3);
            assertThat(PgSource.pauses(pipeline.config())).isEmpty();
            server.execute(
                    "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
            commit.join();
            pipeline.awaitPaused("column \"x\" is new", "Columns [x] may be others by now");
        }
    }

    /** It stands in front of a column now that it stood behind. */
    @Test
    void columnThatIsProvenToBeAnotherCannotBeAccepted() throws Exception {
        DriftingPipeline pipeline = pipeline().start();
        pipeline.execute(
                "BEGIN; ALTER TABLE t ADD COLUMN x int, ADD COLUMN y int;"
                        + " INSERT INTO t VALUES (1, 'a', 1, 1);"
                        + " ALTER TABLE t DROP COLUMN x, ADD COLUMN x int; COMMIT");
        DriftReport report = pipeline.awaitPaused("It can't be accepted");
        assertThat(report.acceptable()).isFalse();
        assertThat(report.text())
                .contains("columns [x] were dropped and added again since")
                .endsWith("nanosync resnapshot pipeline drift --table public.t");
    }

    /** Accepted while it isn't there, it isn't taken for the one that comes later. */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void columnThatIsGoneWhenItIsAcceptedIsNotTakenForALaterOne(int major) throws Exception {
        DriftingPipeline pipeline = new DriftingPipeline(TestPostgres.shared(major), folder);
        this.pipeline = pipeline.start();
        pipeline.execute(
                "BEGIN; ALTER TABLE t ADD COLUMN x int; INSERT INTO t VALUES (1, 'a', 1);"
                        + " ALTER TABLE t DROP COLUMN x; COMMIT");
        pipeline.resume("column \"x\" is new, integer");
        pipeline.awaitChanges("public.t", "i 1|a|1");
        pipeline.execute("ALTER TABLE t ADD COLUMN x int", "INSERT INTO t VALUES (2, 'b', 2)");
        assertThat(pipeline.job().failure())
                .contains("PipelineFailedException")
                .contains("column \"x\" of public.t is another one under the same name");
    }

    /** A restart that still has the former name goes on; what an enum has more is no drift. */
    @ParameterizedTest(name = "a view in its place: {0}")
    @ValueSource(booleans = {false, true})
    void renamedTable(boolean view) throws Exception {
        DriftingPipeline pipeline =
                pipeline("CREATE TYPE mood AS ENUM ('ok')", "ALTER TABLE t ADD COLUMN m mood")
                        .start();
        pipeline.execute(
                "ALTER TYPE mood ADD VALUE 'well'",
                "INSERT INTO t VALUES (1, 'a', 'well')",
                "ALTER TABLE t RENAME TO other",
                view ? "CREATE VIEW t AS SELECT * FROM other" : "SELECT",
                "INSERT INTO other VALUES (2, 'b', 'ok')");
        DriftReport report = pipeline.awaitPaused("it is now named public.other");
        assertThat(report.text())
                .endsWith("and write public.other in its tables before its next start");
        pipeline.job().cancel();
        pipeline.restart(pipeline.newestState()).resume();
        pipeline.awaitChanges("public.t", "i 1|a|well");
        pipeline.awaitChanges("public.other", "i 2|b|ok");
        String savepoint = pipeline.job().stopWithSavepoint();
        pipeline.execute("INSERT INTO other VALUES (3, 'c', 'ok')");
        pipeline.tables("public.other", "public.u").restart(savepoint);
        pipeline.awaitChanges("public.other", "i 2|b|ok", "i 3|c|ok");
    }
}
