package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a message advises for a fresh snapshot is done to the letter, and mends. Needs a server of
 * its own: a slot is made to lose its WAL.
 */
class FreshSnapshotITCase {

    private static final Pattern ADVICE =
            Pattern.compile(
                    "For a fresh snapshot stop the job, run: (?<sql>SELECT .+?); then delete (the"
                            + " folder (?<folder>\\S+)|its folder under state_dir)");

    private static final String COMMAND = "run: nanosync delete pipeline p; then start it again";

    @TempDir private Path folder;

    private TestPostgres server;
    private TestDatabase database;

    @BeforeEach
    void startServer() {
        server =
                TestPostgres.start(
                        16, Map.of("max_slot_wal_keep_size", "16MB", "max_wal_size", "32MB"));
        database = server.createDatabase();
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY)",
                "INSERT INTO t SELECT generate_series(1, 10)");
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void mendsASlotThatWasDroppedWhileThePipelineStoodStill() throws Exception {
        runUntilStopped(10);
        database.execute("SELECT pg_drop_replication_slot('nanosync_slot_p')");
        database.execute("INSERT INTO t VALUES (11)");
        String error = failedRun();
        assertThat(error).contains("does not exist", "so changes since then are lost", COMMAND);
        followAdvice(error);
        runUntilStopped(11);
    }

    @Test
    @Tag("long")
    void mendsASlotThatWasDroppedWhileThePipelineRan() throws Exception {
        Path file = write();
        try (NanosyncProcess run = NanosyncProcess.start(folder, "run", "-f", file.toString())) {
            run.awaitErr("p  streaming");
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                Await.until("the slot is dropped", () -> drop(statement));
            }
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.err()).contains("does not exist", "so changes since then are lost");
            followAdvice(run.err());
        }
        runUntilStopped(10);
    }

    @Test
    @Tag("long")
    void mendsASlotThatLostItsWal() throws Exception {
        runUntilStopped(10);
        Await.until(
                "the slot is lost",
                () -> {
                    database.execute(
                            "SELECT pg_logical_emit_message(false, 'fill', repeat('x', 1000000))"
                                    + " FROM generate_series(1, 20)",
                            "SELECT pg_switch_wal()",
                            "CHECKPOINT");
                    return database.queryList("SELECT wal_status FROM pg_replication_slots")
                            .equals(List.of("lost"));
                });
        String error = failedRun();
        assertThat(error)
                .contains(
                        "was invalidated (", "so changes that this pipeline still needed are gone")
                .contains("max_slot_wal_keep_size");
        assertThat(Commands.ok("status", "pipeline", "p", "-f", write().toString()))
                .contains("wal_status lost");
        followAdvice(error);
        runUntilStopped(10);
    }

    /** Without a checkpoint nothing is confirmed to it. */
    @Test
    @Tag("long")
    void warnsInTheLogOfASlotThatLags() throws Exception {
        Path file = write();
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(
                                "tables: [public.t]",
                                "tables: [public.t], properties: {slot_lag_alert_mb: \"1\"}")
                        .replace("500ms", "1h"));
        try (NanosyncProcess run = NanosyncProcess.start(folder, "run", "-f", file.toString())) {
            Await.until(
                    "the slot is there",
                    Duration.ofMinutes(3),
                    () -> !database.queryList("SELECT 1 FROM pg_replication_slots").isEmpty());
            database.execute(
                    "SELECT pg_logical_emit_message(false, 'fill', repeat('x', 1000000))"
                            + " FROM generate_series(1, 5)");
            Path log = folder.resolve("nanosync-state/logs/pipelines.log");
            Await.until(
                    "the log warns",
                    Duration.ofMinutes(3),
                    () ->
                            Files.readString(log)
                                    .matches(
                                            "(?s).*WARN .*Replication slot nanosync_slot_p lags"
                                                + " [0-9]+ MB behind \\(slot_lag_alert_mb 1\\):"
                                                + " wal_status reserved, safe_wal_size [0-9]+.*"));
            assertThat(Commands.ok("status", "pipeline", "p", "-f", file.toString()))
                    .contains("slot nanosync_slot_p: ", " MB behind, confirmed up to ");
            run.kill();
        }
    }

    /** Fails as long as the pipeline comes back to the slot before it is dropped. */
    private static boolean drop(Statement statement) {
        try {
            statement.execute(
                    "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
                            + " WHERE active");
            return statement.execute("SELECT pg_drop_replication_slot('nanosync_slot_p')");
        } catch (SQLException inUse) {
            return false;
        }
    }

    private String failedRun() throws Exception {
        try (NanosyncProcess run = NanosyncProcess.start(folder, "run", "-f", write().toString())) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            return run.err();
        }
    }

    /** Runs it until it streams; every row of the table is printed once. */
    private void runUntilStopped(int rows) throws Exception {
        try (NanosyncProcess run = NanosyncProcess.start(folder, "run", "-f", write().toString())) {
            run.awaitErr("p  streaming");
            run.terminate();
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out().lines()).hasSize(rows);
        }
    }

    private void followAdvice(String output) throws IOException {
        if (output.contains("For a fresh snapshot stop the job, " + COMMAND)) {
            Commands commands = new Commands();
            assertThat(commands.execute(command())).as(commands.err()).isZero();
            return;
        }
        Matcher advice = ADVICE.matcher(output);
        assertThat(advice.find()).as(output).isTrue();
        database.execute(advice.group("sql"));
        try (Stream<Path> files = Files.walk(state(advice.group("folder")))) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private String[] command() throws IOException {
        return new String[] {"delete", "pipeline", "p", "-f", write().toString(), "--yes"};
    }

    private Path state(@Nullable String named) {
        return named == null ? folder.resolve("nanosync-state/p") : Path.of(named);
    }

    private Path write() throws IOException {
        return Files.writeString(
                folder.resolve("pipelines.yaml"),
                """
                connections:
                  - name: db
                    type: postgres
                    dsn: %s
                pipelines:
                  - name: p
                    source: {connection: db, tables: [public.t]}
                    sink: {type: print}
                    checkpoint_interval: 500ms
                """
                        .formatted(database.dsn()));
    }
}
