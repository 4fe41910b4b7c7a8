package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a user may do to tables and publication of a pipeline that runs, or that is stopped: where
 * changes go missing by it, the pipeline says so and never goes on as if nothing were.
 */
final class CaptureContractITCase {

    private static final String PUBLICATION = "nanosync_pub_deal";

    @TempDir private Path folder;
    private TestDatabase database;
    private SourceConfig config;
    private SourceJob job;

    @BeforeEach
    void createDatabase() {
        useServer(18);
    }

    private void useServer(int major) {
        if (database != null) {
            database.close();
        }
        database = TestPostgres.shared(major).createDatabase();
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, note text)",
                "CREATE TABLE u (id int PRIMARY KEY, note text)",
                "INSERT INTO t VALUES (1, 'old')");
        config = Configs.initial(database, "deal", "public.t", "public.u");
    }

    @AfterEach
    void cleanUp() throws Exception {
        if (job != null) {
            job.cancel();
        }
        database.close();
    }

    /**
     * A row that comes as a change says that the stream runs; before that it is one of the
     * snapshot.
     */
    private void start() throws Exception {
        job = new SourceJob(config, folder, 1).start();
        AtomicInteger id = new AtomicInteger(1000);
        Await.until(
                "it streams",
                Duration.ofSeconds(60),
                () -> {
                    job.assertRuns();
                    database.execute("INSERT INTO t VALUES (" + id.incrementAndGet() + ", 'here')");
                    return job.committed().stream().anyMatch(line -> line.op() == 'i');
                });
    }

    private void awaitRow(String sql, String table, String row) {
        database.execute(sql);
        Await.until(
                "row " + row + " of " + table + " has come",
                Duration.ofSeconds(60),
                () -> {
                    job.assertRuns();
                    return job.committed().stream()
                            .anyMatch(
                                    line -> line.table().equals(table) && row.equals(line.after()));
                });
    }

    private void assertRefusedWhileItRuns(String what, String... sql) throws Exception {
        start();
        database.execute(sql);
        assertThat(job.failure()).contains("PipelineFailedException").contains(what);
    }

    private void assertRefusedAfterAStop(String what, String... sql) throws Exception {
        start();
        String savepoint = job.stopWithSavepoint();
        database.execute(sql);
        job = new SourceJob(config, folder, 1).fromSavepoint(savepoint).start();
        assertThat(job.failure()).contains("PipelineFailedException").contains(what);
    }

    private static final String[] DROPPED_AND_ADDED = {
        "ALTER PUBLICATION " + PUBLICATION + " DROP TABLE t",
        "INSERT INTO t VALUES (3, 'missing')",
        "ALTER PUBLICATION " + PUBLICATION + " ADD TABLE t"
    };

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void tableThatLeftThePublicationForAMomentIsNoticedWhileItRuns(int major) throws Exception {
        useServer(major);
        assertRefusedWhileItRuns(
                "public.t was taken out of publication \"nanosync_pub_deal\" and added again",
                DROPPED_AND_ADDED);
    }

    @Test
    void tableThatLeftThePublicationForAMomentIsNoticedAfterAStop() throws Exception {
        assertRefusedAfterAStop(
                "public.t was taken out of publication \"nanosync_pub_deal\" and added again",
                DROPPED_AND_ADDED);
    }

    @Test
    void tableThatLeavesThePublicationIsNoticedWhileItRuns() throws Exception {
        assertRefusedWhileItRuns(
                "publication \"nanosync_pub_deal\" does not cover public.t any more",
                "ALTER PUBLICATION " + PUBLICATION + " DROP TABLE t");
    }

    @Test
    void operationsThatAreNotPublishedAnyMoreAreNoticedWhileItRuns() throws Exception {
        assertRefusedWhileItRuns(
                "published insert, update, delete, truncate and publishes insert",
                "ALTER PUBLICATION " + PUBLICATION + " SET (publish = 'insert')");
    }

    @Test
    void operationsThatAreNotPublishedAnyMoreAreNoticedAfterAStop() throws Exception {
        assertRefusedAfterAStop(
                "published insert, update, delete, truncate and publishes insert",
                "ALTER PUBLICATION " + PUBLICATION + " SET (publish = 'insert')",
                "UPDATE t SET note = 'missing'");
    }

    @Test
    void rowFilterIsNoticedWhileItRuns() throws Exception {
        assertRefusedWhileItRuns(
                "covers public.t with a row filter now",
                "ALTER PUBLICATION " + PUBLICATION + " SET TABLE t WHERE (id > 100), u");
    }

    @Test
    void publicationThatWasMadeAgainIsNoticedAfterAStop() throws Exception {
        assertRefusedAfterAStop(
                "publication \"nanosync_pub_deal\" was dropped and created again",
                "DROP PUBLICATION " + PUBLICATION,
                "INSERT INTO t VALUES (3, 'missing')",
                "CREATE PUBLICATION "
                        + PUBLICATION
                        + " FOR TABLE t, u WITH (publish_via_partition_root = true)");
    }

    @Test
    void partitionsUnderTheirOwnNamesAreNoticedWhileItRuns() throws Exception {
        database.execute(
                "CREATE TABLE m (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)");
        config = Configs.initial(database, "deal", "public.t", "public.m");
        assertRefusedWhileItRuns(
                "had publish_via_partition_root = true and has false",
                "ALTER PUBLICATION " + PUBLICATION + " SET (publish_via_partition_root = false)");
    }

    private static final String[] RECREATED = {
        "DROP TABLE t",
        "CREATE TABLE t (id int PRIMARY KEY, note text)",
        "ALTER PUBLICATION " + PUBLICATION + " ADD TABLE t",
        "INSERT INTO t VALUES (3, 'missing')"
    };

    @Test
    void tableThatWasMadeAgainIsNoticedWhileItRuns() throws Exception {
        start();
        database.execute(RECREATED);
        assertThat(job.failure())
                .contains("PipelineFailedException")
                .containsPattern("has its name|is captured under OID");
    }

    @Test
    void tableThatWasMadeAgainIsNoticedAfterAStop() throws Exception {
        assertRefusedAfterAStop("captures [public.t (OID ", RECREATED);
    }

    @Test
    void tableThatIsSwappedInByNameIsNoticedWhileItRuns() throws Exception {
        start();
        database.execute(
                "CREATE TABLE t_new (id int PRIMARY KEY, note text)",
                "ALTER TABLE t RENAME TO t_old",
                "ALTER TABLE t_new RENAME TO t",
                "ALTER PUBLICATION " + PUBLICATION + " ADD TABLE t",
                "INSERT INTO t VALUES (3, 'missing')");
        assertThat(job.failure())
                .contains("PipelineFailedException")
                .containsPattern("has its name|is captured under OID");
    }

    @Test
    void droppedTableIsNoticedWhileItRuns() throws Exception {
        assertRefusedWhileItRuns("was dropped", "DROP TABLE u");
    }

    @Test
    void tableThatWasMadeAnewIsRefusedUntilItWasLeftOutOnce() throws Exception {
        start();
        String savepoint = job.stopWithSavepoint();
        database.execute("DROP TABLE u", "CREATE TABLE u (id int PRIMARY KEY, note text)");
        job = new SourceJob(config, folder, 1).fromSavepoint(savepoint).start();
        assertThat(job.failure())
                .contains("PipelineFailedException")
                .contains("leave a table that is gone or was made anew out for one start");
        SourceConfig without = Configs.initial(database, "deal", "public.t");
        job = new SourceJob(without, folder, 1).fromSavepoint(savepoint).start();
        awaitRow("INSERT INTO t VALUES (7, 'goes on')", "public.t", "7|goes on");
        savepoint = job.stopWithSavepoint();
        job = new SourceJob(config, folder, 1).fromSavepoint(savepoint).start();
        awaitRow("INSERT INTO u VALUES (8, 'comes')", "public.u", "8|comes");
    }

    @Test
    void tableThatWasCreatedLaterInACapturedSchemaIsAddedUnlessItIsLeftOut() throws Exception {
        config = Configs.initial(database, "deal", "public.*");
        start();
        String savepoint = job.stopWithSavepoint();
        database.execute(
                "CREATE TABLE \"Later\" (id int PRIMARY KEY)", "INSERT INTO \"Later\" VALUES (1)");
        SourceConfig leftOut = Configs.initial(database, "deal", "public.*", "!public.\"Later\"");
        job = new SourceJob(leftOut, folder, 1).fromSavepoint(savepoint).start();
        awaitRow("INSERT INTO t VALUES (7, 'goes on')", "public.t", "7|goes on");
        savepoint = job.stopWithSavepoint();
        job = new SourceJob(config, folder, 1).fromSavepoint(savepoint).start();
        awaitRow("INSERT INTO \"Later\" VALUES (2)", "public.\"Later\"", "2");
        assertThat(job.committed())
                .filteredOn(line -> line.table().equals("public.\"Later\""))
                .extracting(SourceJob.Line::after)
                .containsExactly("1", "2");
    }

    @Test
    void startBeyondTheWalIsRefusedAndLeavesTheSlotAlone() throws Exception {
        database.execute(
                "CREATE PUBLICATION " + PUBLICATION + " FOR TABLE t, u",
                "SELECT pg_create_logical_replication_slot('nanosync_slot_deal', 'pgoutput')");
        String confirmedSql =
                "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name ="
                        + " 'nanosync_slot_deal'";
        String confirmed = database.queryString(confirmedSql);
        config =
                Configs.of(
                        database,
                        "deal",
                        new StartupMode.At(Lsn.parse("FF/0")),
                        "public.t",
                        "public.u");
        job = new SourceJob(config, folder, 1).start();
        assertThat(job.failure())
                .contains("PipelineFailedException")
                .contains("startup_mode asks for LSN FF/0, but the server's WAL ends at");
        assertThat(database.queryString(confirmedSql)).isEqualTo(confirmed);
    }

    @Test
    void whatCostsNoChangeIsTakenOver() throws Exception {
        database.execute(
                "CREATE TABLE m (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)");
        config = Configs.initial(database, "deal", "public.t", "public.u", "public.m");
        start();
        database.execute(
                "CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20)",
                "CREATE TABLE other (id int PRIMARY KEY)",
                "ALTER PUBLICATION " + PUBLICATION + " ADD TABLE other",
                "INSERT INTO other VALUES (1)");
        awaitRow("INSERT INTO m VALUES (11, 'new leaf')", "public.m", "11|new leaf");
        String savepoint = job.stopWithSavepoint();
        database.execute("CREATE TABLE m3 PARTITION OF m FOR VALUES FROM (20) TO (30)");
        job = new SourceJob(config, folder, 1).fromSavepoint(savepoint).start();
        awaitRow("INSERT INTO m VALUES (21, 'newer')", "public.m", "21|newer");
        awaitRow("UPDATE m SET id = 22 WHERE id = 21", "public.m", "22|newer");
    }

    /** A new partition gets DEFAULT, whatever its root has. */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void partitionWithLessIdentityThanItsRootIsRefusedBeforeItsOldRows(int major) throws Exception {
        useServer(major);
        database.execute(
                "CREATE TABLE m (id int, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)",
                "ALTER TABLE m REPLICA IDENTITY FULL",
                "ALTER TABLE m1 REPLICA IDENTITY FULL",
                "ALTER TABLE m ALTER note SET STORAGE EXTERNAL",
                "ALTER TABLE m1 ALTER note SET STORAGE EXTERNAL");
        config = Configs.initial(database, "deal", "public.t", "public.m");
        start();
        database.execute(
                "CREATE TABLE m2 PARTITION OF m (PRIMARY KEY (id)) FOR VALUES FROM (10) TO (20)",
                "INSERT INTO m VALUES (11, repeat('x', 100000))",
                "UPDATE m SET id = 12 WHERE id = 11",
                "DELETE FROM m WHERE id = 12");
        assertThat(job.failure())
                .contains("PipelineFailedException")
                .contains("partition public.m2 of public.m has replica identity DEFAULT");
        assertThat(job.committed())
                .noneMatch(line -> line.table().equals("public.m") && line.op() == 'd');
    }

    /** What the message advises works, as long as no old row has come. */
    @Test
    void partitionThatGotTheIdentityOfItsRootInTimeIsTakenOver() throws Exception {
        database.execute(
                "CREATE TABLE m (id int, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)",
                "ALTER TABLE m REPLICA IDENTITY FULL",
                "ALTER TABLE m1 REPLICA IDENTITY FULL");
        config = Configs.initial(database, "deal", "public.t", "public.m");
        start();
        String savepoint = job.stopWithSavepoint();
        database.execute(
                "CREATE TABLE m2 PARTITION OF m (PRIMARY KEY (id)) FOR VALUES FROM (10) TO (20)",
                "INSERT INTO m VALUES (11, 'early')");
        job = new SourceJob(config, folder, 1).fromSavepoint(savepoint).start();
        assertThat(job.failure())
                .contains("Run: ALTER TABLE \"public\".\"m2\" REPLICA IDENTITY FULL, then start");
        database.execute("ALTER TABLE public.m2 REPLICA IDENTITY FULL");
        job = new SourceJob(config, folder, 1).fromSavepoint(savepoint).start();
        awaitRow("UPDATE m SET note = 'late' WHERE id = 11", "public.m", "11|late");
        assertThat(job.committed())
                .anyMatch(line -> line.op() == 'u' && "11|early".equals(line.before()));
    }
}
