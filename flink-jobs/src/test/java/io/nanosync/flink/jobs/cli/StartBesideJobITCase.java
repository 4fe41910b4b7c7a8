package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pipeline isn't started beside its job while that reads its snapshot: nobody streams from its
 * slot then, and its lock on the server is all there is of it.
 */
@Timeout(60)
class StartBesideJobITCase {

    private static final String JOB = "00112233445566778899aabbccddeeff";

    @TempDir private Path folder;

    private final TestDatabase database = TestPostgres.shared(16).createDatabase();
    private ControlSession job;
    private String refusal = "";

    @BeforeEach
    void beginSnapshot() throws IOException {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)");
        job = new JdbcPgClient(database.connectionConfig(), Duration.ofMinutes(1)).openControl();
        assertThat(job.tryLock("nanosync_slot_beside")).isTrue();
        refusal =
                "Pipeline beside runs already, somewhere else: its slot nanosync_slot_beside is"
                        + " locked by "
                        + job.lockHolder("nanosync_slot_beside")
                        + " of 127.0.0.1:"
                        + database.port()
                        + ". Stop it there first. A job that failed or was cancelled within its"
                        + " snapshot keeps the lock for three minutes, and the session of a"
                        + " machine that is gone ends by itself: then try again";
        System.setProperty(
                "nanosync.job.jar", Files.createFile(folder.resolve("job.jar")).toString());
    }

    @AfterEach
    void end() {
        System.clearProperty("nanosync.job.jar");
        job.close();
        database.close();
    }

    @Test
    void byRun() throws IOException {
        assertThat(refusal).contains(" (application \"", ", role ", ", from 127.0.0.1");
        // Its record tells of another job, which is forgotten.
        try (ScriptedCluster cluster = ScriptedCluster.start(JOB)) {
            record(cluster.address());
            assertThat(Commands.failed("run", "-f", file())).contains(refusal);
        }
    }

    @Test
    @Tag("long")
    void bySubmit() throws IOException {
        try (ScriptedCluster cluster = ScriptedCluster.start(JOB)) {
            String target = cluster.address().toString();
            assertThat(Commands.failed("submit", "-f", file(), "-t", target)).contains(refusal);
        }
    }

    /** Its JobManager's machine is gone, and something in between keeps the connection open. */
    @Test
    @Tag("long")
    @Timeout(240)
    void isStartedInPlaceOfAJobThatIsGone() throws Exception {
        job.close();
        SourceConfig config =
                PipelinesFile.read(Path.of(file()), Map.of()).pipelines().get(0).source();
        job = new JdbcPgClient(config.connection(), Duration.ofMinutes(1)).openControl();
        Await.until("the lock is taken", () -> job.tryLock("nanosync_slot_beside"));
        Await.until(
                "its session is silent",
                Duration.ofMinutes(3),
                () ->
                        database.queryString(
                                        "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING"
                                                + " (pid) WHERE locktype = 'advisory' AND"
                                                + " state_change < clock_timestamp() - interval"
                                                + " '91 s'")
                                .equals("1"));
        try (ScriptedCluster cluster = ScriptedCluster.start(JOB)) {
            String target = cluster.address().toString();
            assertThat(Commands.failed("submit", "-f", file(), "-t", target))
                    .doesNotContain("runs already");
        }
        // The job itself ends it.
        assertThat(job.lockHolder("nanosync_slot_beside")).isNotNull();
    }

    @Test
    @Tag("long")
    void byFlinkRun() {
        assertThatThrownBy(() -> PipelineJobMain.main(new String[] {"-f", file()}))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(refusal);
    }

    private void record(URI rest) throws IOException {
        new JobRecord(rest, "ffeeddccbbaa99887766554433221100", Instant.now(), null)
                .write(folder.resolve("state/beside").toString());
    }

    private String file() throws IOException {
        return Files.writeString(
                        folder.resolve("pipelines.yaml"),
                        """
                        state_dir: state
                        connections:
                          - {name: db, type: postgres, dsn: "%s"}
                        pipelines:
                          - name: beside
                            source: {connection: db, tables: [public.a]}
                            sink: {type: blackhole}
                        """
                                .formatted(database.dsn()))
                .toString();
    }
}
