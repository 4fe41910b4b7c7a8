package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code INSERT INTO} files from a captured table: exactly once, also over a savepoint. */
class InsertITCase {

    private TestDatabase database;

    @TempDir private Path folder;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(16).createDatabase();
        database.execute(
                "CREATE TABLE events (id int PRIMARY KEY, kind text)",
                "INSERT INTO events SELECT i, 'old' FROM generate_series(1, 500) i");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private TableEnvironment environment(Map<String, String> settings) {
        TableEnvironment flink = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        flink.getConfig().set("parallelism.default", "2");
        settings.forEach((key, value) -> flink.getConfig().set(key, value));
        flink.executeSql(
                "CREATE TABLE events (id INT, kind STRING, op STRING METADATA) WITH ('connector' ="
                        + " 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'table-name' = 'public.events', 'changelog-mode' = 'append')");
        flink.executeSql(
                "CREATE TABLE files (line STRING) WITH ('connector' = 'filesystem', 'format' ="
                        + " 'raw', 'path' = '"
                        + folder.resolve("out").toUri()
                        + "', 'sink.rolling-policy.rollover-interval' = '300 ms',"
                        + " 'sink.rolling-policy.check-interval' = '100 ms')");
        return flink;
    }

    private static JobClient insert(TableEnvironment flink) {
        return flink.executeSql(
                        "INSERT INTO files SELECT op || ' ' || CAST(id AS STRING) || ' ' ||"
                                + " COALESCE(kind, '-') FROM events")
                .getJobClient()
                .orElseThrow();
    }

    /** Lines of committed files; those in progress begin with a dot. */
    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        Path out = folder.resolve("out");
        if (!Files.exists(out)) {
            return lines;
        }
        try (Stream<Path> files = Files.walk(out)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.getFileName().toString().startsWith(".")) {
                    lines.addAll(Files.readAllLines(file));
                }
            }
        }
        Collections.sort(lines);
        return lines;
    }

    private List<String> expected(String... changes) {
        List<String> lines = new ArrayList<>(List.of(changes));
        for (@Nullable String line :
                database.queryList("SELECT 'r ' || i || ' old' FROM generate_series(1, 500) i")) {
            lines.add(String.valueOf(line));
        }
        Collections.sort(lines);
        return lines;
    }

    @Test
    void everyChangeIsInTheFilesOnceOverASavepointAndAnotherParallelism() throws Exception {
        JobClient first = insert(environment(Map.of("execution.checkpointing.interval", "200ms")));
        Await.until("the snapshot is in the files", () -> lines().equals(expected()));
        database.execute(
                "INSERT INTO events VALUES (501, 'new')",
                "UPDATE events SET kind = 'b' WHERE id=7");
        Await.until(
                "the changes are in the files",
                () -> lines().equals(expected("i 501 new", "u 7 b")));
        String savepoint =
                first.stopWithSavepoint(
                                false,
                                folder.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get(60, TimeUnit.SECONDS);
        database.execute(
                "DELETE FROM events WHERE id = 7", "INSERT INTO events VALUES (502, 'new')");
        JobClient second =
                insert(
                        environment(
                                Map.of(
                                        "execution.checkpointing.interval",
                                        "200ms",
                                        "parallelism.default",
                                        "3",
                                        "execution.state-recovery.path",
                                        savepoint)));
        Await.until(
                "nothing is missing and nothing is there twice",
                () -> lines().equals(expected("i 501 new", "u 7 b", "d 7 -", "i 502 new")));
        database.execute("INSERT INTO events VALUES (503, 'last')");
        Await.until("the job goes on", () -> lines().contains("i 503 last"));
        assertThat(lines())
                .isEqualTo(expected("i 501 new", "u 7 b", "d 7 -", "i 502 new", "i 503 last"));
        second.cancel().get(60, TimeUnit.SECONDS);
    }

    @Test
    void refusesToRunWithoutCheckpoints() {
        Throwable refusal = catchThrowable(() -> insert(environment(Map.of())));
        assertThat(refusal)
                .hasMessageContaining("Set execution.checkpointing.interval, for example to 10s");
    }

    @Test
    void refusesUnalignedCheckpoints() {
        Throwable refusal =
                catchThrowable(
                        () ->
                                insert(
                                        environment(
                                                Map.of(
                                                        "execution.checkpointing.interval",
                                                        "1s",
                                                        "execution.checkpointing.unaligned.enabled",
                                                        "true"))));
        assertThat(refusal)
                .hasMessageContaining("Set execution.checkpointing.unaligned.enabled: false");
    }
}
