package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one slot for two tables costs and saves against two; prints it. */
@Tag("long")
class SharedPipelineSpeedITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final List<String> TABLES = List.of("a", "b");

    @TempDir private Path folder;

    /**
     * @param seconds from the start of the job until all is confirmed
     * @param serverSeconds processor time of the walsenders
     */
    private record Run(double seconds, double serverSeconds) {}

    @Test
    void oneSlotForTwoTablesSparesTheServer() throws Exception {
        List<Run> shared = new ArrayList<>();
        List<Run> apart = new ArrayList<>();
        try (TestDatabase database = TestPostgres.shared(17).createDatabase()) {
            for (String table : TABLES) {
                database.execute(
                        "CREATE TABLE " + table + " (id int, c1 text, c2 text, c3 text)",
                        "ALTER TABLE " + table + " REPLICA IDENTITY FULL");
            }
            for (int round = 0; round < 4; round++) {
                Run together = run(database, true);
                Run each = run(database, false);
                System.out.println("shared " + together + ", apart " + each);
                if (round > 0) {
                    shared.add(together);
                    apart.add(each);
                }
            }
        }
        double server = shared.stream().mapToDouble(Run::serverSeconds).sum();
        double servers = apart.stream().mapToDouble(Run::serverSeconds).sum();
        assertThat(server).isLessThan(servers);
    }

    private JobClient start(TestDatabase database, boolean shared, String savepoint) {
        TableEnvironment flink = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        flink.getConfig().set("execution.checkpointing.interval", "200ms");
        flink.getConfig().set("parallelism.default", "2");
        if (!savepoint.isEmpty()) {
            flink.getConfig().set("execution.state-recovery.path", savepoint);
        }
        StatementSet set = flink.createStatementSet();
        for (String table : TABLES) {
            String columns = " (id INT, c1 STRING, c2 STRING, c3 STRING) WITH (";
            flink.executeSql(
                    "CREATE TABLE "
                            + table
                            + columns
                            + "'connector' = 'nanosync-pg', 'dsn' = '"
                            + database.dsn()
                            + "', 'keepalive-idle-interval' = '100ms', 'table-name' = 'public."
                            + table
                            + "', 'pipeline' = '"
                            + (shared ? "both" : table)
                            + "')");
            flink.executeSql("CREATE TABLE sink_" + table + columns + "'connector' = 'blackhole')");
            set.addInsertSql("INSERT INTO sink_" + table + " SELECT * FROM " + table);
        }
        return set.execute().getJobClient().orElseThrow();
    }

    private Run run(TestDatabase database, boolean shared) throws Exception {
        List<String> slots =
                (shared ? List.of("both") : TABLES)
                        .stream().map(name -> "nanosync_slot_" + name).toList();
        JobClient job = start(database, shared, "");
        slots.forEach(slot -> Await.until(slot, () -> database.streamingPid(slot) != null));
        String savepoint =
                job.stopWithSavepoint(
                                false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
                        .get();
        for (int i = 0; i < 60; i++) {
            database.execute(
                    "INSERT INTO "
                            + TABLES.get(i % 2)
                            + " SELECT i, repeat('x', 20), 'two ' || i, 'three ' || i FROM"
                            + " generate_series(1, 20000) i");
        }
        String end = database.queryString("SELECT pg_current_wal_lsn()");
        long began = System.nanoTime();
        job = start(database, shared, savepoint);
        Await.until(
                "all is confirmed",
                PATIENCE,
                () ->
                        database.queryLong(
                                        "SELECT count(*) FROM pg_replication_slots WHERE database ="
                                                + " current_database() AND confirmed_flush_lsn >= '"
                                                + end
                                                + "'")
                                == slots.size());
        double seconds = (System.nanoTime() - began) / 1e9;
        double server = 0;
        for (String slot : slots) {
            server += processorSeconds(String.valueOf(database.streamingPid(slot)));
        }
        job.cancel().get();
        for (String slot : slots) {
            Await.until(slot + " is free", () -> database.streamingPid(slot) == null);
            database.execute("SELECT pg_drop_replication_slot('" + slot + "')");
        }
        for (String name : database.queryList("SELECT pubname FROM pg_publication")) {
            database.execute("DROP PUBLICATION " + name);
        }
        database.execute("TRUNCATE a, b");
        return new Run(seconds, server);
    }

    /** Of the process's user and system time in /proc, in hundredths of a second. */
    private static double processorSeconds(String pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }
}
