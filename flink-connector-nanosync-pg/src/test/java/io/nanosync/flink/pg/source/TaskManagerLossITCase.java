package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A TaskManager dies in each phase; what completed checkpoints have seen stays exactly once. */
final class TaskManagerLossITCase {

    private static final Configuration FAST_DETECTION = new Configuration();

    static {
        FAST_DETECTION.setString("heartbeat.interval", "500");
        FAST_DETECTION.setString("heartbeat.timeout", "3000");
    }

    @RegisterExtension
    private static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setConfiguration(FAST_DETECTION)
                            .setNumberTaskManagers(2)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir private Path folder;
    private TestDatabase database;
    private SourceJob job;

    @BeforeEach
    void createTable() {
        database = TestPostgres.shared(18).createDatabase();
        database.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, note text, amount numeric(12,2))",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT g, 'note ' || g, g / 100.0 FROM generate_series(1, 40000) g");
    }

    @AfterEach
    void cleanUp() throws Exception {
        if (job != null) {
            job.cancel();
        }
        database.close();
    }

    private static void killTaskManager(MiniCluster flink, int index) throws Exception {
        flink.terminateTaskManager(index).get();
        flink.startTaskManager();
    }

    private void assertArrivedExactlyOnce() throws Exception {
        database.execute("INSERT INTO t VALUES (-1, 'end', 0)");
        Await.until(
                "the last row is committed",
                Duration.ofSeconds(90),
                () -> {
                    job.assertRuns();
                    return job.committed().stream()
                            .anyMatch(
                                    line -> line.after() != null && line.after().startsWith("-1|"));
                });
        job.cancel();
        Replay.assertNothingTwice(Replay.of(job.committed(), "public.t"));
        assertThat(Replay.contents(Replay.of(job.committed(), "public.t")))
                .isEqualTo(Replay.contents(database, "SELECT id, note, amount FROM t"));
    }

    @Test
    void inTheSnapshotAtTheHandOverAndInTheStream(@InjectMiniCluster MiniCluster flink)
            throws Exception {
        job = new SourceJob(Configs.initial(database, "tmloss", "public.t"), folder, 4).start();
        Await.until(
                "snapshot rows are committed",
                Duration.ofSeconds(60),
                () -> !job.committed().isEmpty());
        killTaskManager(flink, 0);
        database.execute("UPDATE t SET amount = amount + 1 WHERE id % 3 = 0");
        Await.until(
                "the whole snapshot is committed",
                Duration.ofSeconds(90),
                () ->
                        job.committed().stream().filter(line -> line.ordinal() == 0).count()
                                >= 40_000);
        killTaskManager(flink, 1);
        database.execute("DELETE FROM t WHERE id % 7 = 0");
        Await.until(
                "changes are committed",
                Duration.ofSeconds(90),
                () -> job.committed().stream().anyMatch(line -> line.ordinal() > 0));
        killTaskManager(flink, 2);
        database.execute(
                "INSERT INTO t SELECT g, 'late', 0 FROM generate_series(100000, 120000) g");
        assertArrivedExactlyOnce();
    }
}
