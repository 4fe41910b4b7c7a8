package io.nanosync.flink.jobs.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nanosync.flink.jobs.testing.JobJars;
import io.nanosync.flink.jobs.testing.MetricsPlugin;
import io.nanosync.flink.jobs.testing.StuckJob;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FlinkCluster;
import io.nanosync.flink.pg.testing.FreePorts;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a Prometheus has that scrapes a cluster of separate processes: data for each panel of the
 * dashboard, and each alert when there is a reason for it. Skipped where no {@code prometheus} is
 * on the {@code PATH}; Debian has it as a package.
 */
@Tag("long")
@Tag("packaged")
@Timeout(1200)
class PrometheusITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir private Path folder;

    private final List<Integer> ports = Stream.generate(FreePorts::next).limit(5).toList();
    private final TreeSet<String> fired = new TreeSet<>();
    private TestPostgres postgres;
    private TestPostgres small;
    private FlinkCluster cluster;
    private Prometheus prometheus;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Prometheus.isInstalled(), "no prometheus on the PATH");
        postgres = TestPostgres.start(18);
        small =
                TestPostgres.start(
                        17, Map.of("max_slot_wal_keep_size", "160MB", "max_wal_size", "64MB"));
        cluster = cluster();
        prometheus =
                Prometheus.start(cluster.folder().resolve("prometheus"), ShortRules.text(), ports);
    }

    @AfterEach
    void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
        if (cluster != null) {
            cluster.close();
        }
        if (small != null) {
            small.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void everyPanelHasDataAndEveryAlertComesWhenItIsDue() throws Exception {
        assertThat(prometheus.rules()).hasSameSizeAs(MonitoringTest.alerts());
        startHeld();
        String quick = startQuick();
        panels();
        valuesBecomeNull();
        sinkIsSlow();
        slotIsTaken();
        serverIsGone();
        slotIsLost();
        jobFailsAgainAndAgain();
        taskManagersAreGone();
        cluster.cancel(quick);
        awaitAlert("NanosyncGone", "quick");
        assertThat(fired)
                .containsExactlyInAnyOrderElementsOf(
                        MonitoringTest.alerts().stream().map(MonitoringTest.Alert::name).toList());
        assertThat(prometheus.rules())
                .allSatisfy(rule -> assertThat(rule.path("health").asText()).isEqualTo("ok"));
    }

    /** A start that is held at each step, and then checkpoints twice a minute. */
    private void startHeld() throws Exception {
        postgres.execute(
                "CREATE TABLE slow (id serial PRIMARY KEY)",
                "INSERT INTO slow SELECT nextval('slow_id_seq') FROM generate_series(1, 100)");
        String job;
        try (Connection writer = postgres.connect();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO slow VALUES (-1)");
            job = run("slow", postgres, "checkpoint_interval: 30s");
            awaitAlert("NanosyncNotStarting", "slow");
            statement.execute("ROLLBACK");
            Await.until(
                    "the snapshot is taken, and waits for a checkpoint",
                    PATIENCE,
                    () -> !prometheus.query("ns_pipeline_phase{pipeline=\"slow\"} == 1").isEmpty());
            statement.execute("LOCK TABLE slow IN ACCESS EXCLUSIVE MODE");
            awaitAlert("NanosyncSnapshotStuck", "slow");
        }
        awaitAlert("NanosyncHandOverStuck", "slow");
        Callable<Boolean> change =
                () -> {
                    postgres.execute("INSERT INTO slow DEFAULT VALUES");
                    return true;
                };
        awaitStreaming(postgres, "slow");
        awaitAlert("NanosyncNoCheckpoint", "slow", change);
        awaitAlert("NanosyncLagging", "slow", change);
        cluster.cancel(job);
    }

    private void awaitStreaming(TestPostgres server, String pipeline) {
        Await.until(
                pipeline + " streams",
                PATIENCE,
                () -> server.database().streamingPid("nanosync_slot_" + pipeline) != null);
    }

    private String startQuick() throws IOException {
        postgres.execute(
                "CREATE TABLE quick (id serial PRIMARY KEY, total numeric(9, 2), note text)",
                "INSERT INTO quick SELECT nextval('quick_id_seq') FROM generate_series(1, 1000)",
                "ANALYZE quick");
        String job =
                run(
                        "quick",
                        postgres,
                        "checkpoint_interval: 500ms",
                        "wal_heartbeat_interval: 500ms",
                        "unrepresentable: \"null\"",
                        "max_reconnect_attempts: 1000");
        awaitStreaming(postgres, "quick");
        return job;
    }

    private void panels() {
        for (MonitoringTest.Shown shown : MonitoringTest.shown()) {
            String expression = shown.expression().replace("$pipeline", "quick");
            Await.until(
                    "data of " + shown.panel() + ": " + expression,
                    PATIENCE,
                    () -> {
                        postgres.execute("INSERT INTO quick (note) VALUES ('new')");
                        return !prometheus.query(expression).isEmpty();
                    });
        }
    }

    private void valuesBecomeNull() {
        postgres.execute("INSERT INTO quick (total) VALUES ('NaN')");
        awaitAlert("NanosyncValuesBecomeNull", "quick");
    }

    private void sinkIsSlow() throws IOException {
        postgres.execute("CREATE TABLE stuck (id int PRIMARY KEY)");
        String job =
                cluster.submission(
                                JobJars.packedWith(
                                        folder.resolve("stuck.jar"),
                                        StuckJob.class,
                                        StuckJob.Stuck.class))
                        .mainClass(StuckJob.class.getName())
                        .arguments(List.of(postgres.database().dsn(), "stuck", "public.stuck"))
                        .run();
        awaitStreaming(postgres, "stuck");
        postgres.execute("INSERT INTO stuck SELECT generate_series(1, 1000000)");
        awaitAlert("NanosyncSinkSlow", "stuck");
        cluster.cancel(job);
    }

    private void slotIsTaken() {
        JdbcPgClient other = new JdbcPgClient(postgres.connectionConfig(), Duration.ofSeconds(60));
        ReplicationStream holder =
                Await.value("the slot is taken", PATIENCE, () -> takeSlot(other));
        awaitAlert("NanosyncSlotTaken", "quick");
        holder.abort();
        holder.close();
    }

    private @Nullable ReplicationStream takeSlot(JdbcPgClient client) throws PgException {
        postgres.execute(
                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name"
                        + " = 'nanosync_slot_quick'");
        return client.startReplication(
                null, "nanosync_slot_quick", "nanosync_pub_quick", new Lsn(0), true);
    }

    private void serverIsGone() {
        awaitStreaming(postgres, "quick");
        postgres.killImmediately();
        awaitAlert("NanosyncReconnecting", "quick");
        awaitAlert("NanosyncNoHeartbeat", "quick");
        postgres.startAgain();
    }

    /** A pipeline that nobody lets go on, until the server removes its WAL. */
    private void slotIsLost() throws IOException {
        small.execute("CREATE TABLE lost (id serial PRIMARY KEY)");
        String job = run("lost", small, "checkpoint_interval: 500ms");
        awaitStreaming(small, "lost");
        small.execute("ALTER TABLE lost ADD COLUMN more text", "INSERT INTO lost DEFAULT VALUES");
        awaitAlert("NanosyncPaused", "lost");
        Callable<Boolean> write =
                () -> {
                    small.execute(
                            "SELECT pg_logical_emit_message(false, 'test', repeat('x', 100000))"
                                    + " FROM generate_series(1, 20)");
                    return true;
                };
        awaitAlert("NanosyncSlotKeepsWal", "lost", write);
        awaitAlert("NanosyncSlotNearLoss", "lost", write);
        Await.until(
                "its slot is seen to be near loss",
                PATIENCE,
                () ->
                        write.call()
                                && !prometheus
                                        .query("ns_slot_wal_status{pipeline=\"lost\"} == 3")
                                        .isEmpty());
        small.execute("CHECKPOINT");
        cluster.awaitState(job, "FAILED", PATIENCE);
        awaitAlert("NanosyncSlotLost", "lost");
    }

    /** Its sink's folder is a file. */
    private void jobFailsAgainAndAgain() throws IOException {
        postgres.execute(
                "CREATE TABLE failing (id int PRIMARY KEY)", "INSERT INTO failing VALUES (1)");
        String out = Files.writeString(folder.resolve("file"), "").toString();
        String job =
                runInto(
                        "{type: arrow, path: " + out + "}",
                        "failing",
                        postgres,
                        "checkpoint_interval: 500ms");
        awaitAlert("NanosyncFailing", "failing");
        awaitAlert("NanosyncRestartedOften", "failing");
        cluster.cancel(job);
    }

    private void taskManagersAreGone() {
        cluster.taskManagers().forEach(cluster::killTaskManager);
        awaitAlert("NanosyncNoTask", "quick");
    }

    private void awaitAlert(String name, String pipeline) {
        awaitAlert(name, pipeline, () -> true);
    }

    /** Waits until the alert fires for the pipeline, and does something meanwhile. */
    private void awaitAlert(String name, String pipeline, Callable<Boolean> meanwhile) {
        JsonNode alert =
                Await.value(
                        name + " of " + pipeline,
                        PATIENCE,
                        () -> meanwhile.call() ? firing(name, pipeline) : null);
        String summary = alert.path("annotations").path("summary").asText();
        System.out.println(name + ": " + summary);
        assertThat(summary).contains(pipeline).doesNotContain("error", "{{");
        fired.add(name);
    }

    private @Nullable JsonNode firing(String name, String pipeline)
            throws IOException, InterruptedException {
        for (JsonNode rule : prometheus.rules()) {
            if (rule.path("name").asText().equals(name)) {
                for (JsonNode alert : rule.path("alerts")) {
                    if (alert.path("state").asText().equals("firing")
                            && alert.path("labels").path("pipeline").asText().equals(pipeline)) {
                        return alert;
                    }
                }
            }
        }
        return null;
    }

    private FlinkCluster cluster() {
        return MetricsPlugin.on(FlinkCluster.builder().taskManagers(2), ports)
                .option("taskmanager.numberOfTaskSlots", "3")
                .start();
    }

    /** Submits a pipeline over the table of its name. */
    private String run(String pipeline, TestPostgres server, String interval, String... properties)
            throws IOException {
        return runInto("{type: print}", pipeline, server, interval, properties);
    }

    private String runInto(
            String sink,
            String pipeline,
            TestPostgres server,
            String interval,
            String... properties)
            throws IOException {
        List<String> all = new ArrayList<>(List.of(properties));
        all.add("ctid_partition_blocks: 10");
        Path file =
                Files.writeString(
                        folder.resolve(pipeline + ".yaml"),
                        """
                        state_dir: %1$s/state
                        connections:
                          - {name: db, type: postgres, dsn: "%2$s"}
                        pipelines:
                          - name: %3$s
                            source:
                              connection: db
                              tables: [public.%3$s]
                              properties: {%5$s}
                            sink: %6$s
                            %4$s
                        """
                                .formatted(
                                        folder,
                                        server.database().dsn(),
                                        pipeline,
                                        interval,
                                        String.join(", ", all),
                                        sink));
        return cluster.submission(JobJars.packed())
                .arguments(List.of("-f", file.toString()))
                .parallelism(2)
                .run();
    }
}
