package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.TableEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Windows of moments in time, of a table and of one that is silent: a savepoint goes on in another
 * number of subtasks, in the midst of the snapshot and behind it.
 */
@Tag("long")
class WatermarkRescaleITCase {

    private static final int ROWS = 60_000;

    private TestDatabase database;
    private Map<List<String>, String> windows;
    private Map<List<String>, String> read;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(17).createDatabase();
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, v int, placed timestamptz)",
                "CREATE TABLE silent (id int PRIMARY KEY, v int, placed timestamptz)",
                "INSERT INTO silent VALUES (1, 1, '2026-01-01 00:00+00')",
                "INSERT INTO t SELECT i, i % 100, timestamptz '2026-01-01 00:00+00' + i * 7919 % "
                        + ROWS
                        + " * interval '1 s' FROM generate_series(1, "
                        + ROWS
                        + ") i");
        windows = KeyedSink.table("windows-" + database.name());
        read = KeyedSink.table("read-" + database.name());
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private JobClient start(int parallelism, @Nullable String savepoint) {
        TableEnvironment flink = SqlSession.streaming(parallelism);
        flink.getConfig().set("table.local-time-zone", "Europe/Berlin");
        if (savepoint != null) {
            flink.getConfig().set("execution.state-recovery.path", savepoint);
        }
        for (String table : List.of("t", "silent")) {
            flink.executeSql(
                    "CREATE TABLE "
                            + table
                            + " (id INT, v INT, placed TIMESTAMP_LTZ(3), WATERMARK FOR placed AS"
                            + " placed) WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                            + database.dsn()
                            + "', 'table-name' = 'public."
                            + table
                            + "', 'pipeline' = 'both', 'changelog-mode' = 'append', 'chunk-size' ="
                            + " '50', 'ctid-partition-blocks' = '1', 'snapshot-workers' = '2',"
                            + " 'scan.watermark.idle-timeout' = '300ms')");
        }
        KeyedSink.create(
                flink, "ended", "id STRING, n BIGINT, s INT", "windows-" + database.name());
        KeyedSink.create(flink, "came", "id INT, v INT", "read-" + database.name());
        flink.executeSql(
                "CREATE TEMPORARY VIEW together AS SELECT v, placed FROM t WHERE v >= 5 UNION ALL"
                        + " SELECT v, placed FROM silent WHERE v > 0");
        StatementSet set = flink.createStatementSet();
        set.addInsertSql(
                "INSERT INTO ended SELECT CAST(UNIX_TIMESTAMP(CAST(window_start AS STRING)) AS"
                        + " STRING), COUNT(*), SUM(v) FROM TABLE(TUMBLE(TABLE together,"
                        + " DESCRIPTOR(placed), INTERVAL '1' MINUTE)) GROUP BY window_start,"
                        + " window_end");
        set.addInsertSql("INSERT INTO came SELECT id, v FROM t WHERE v >= 5");
        return set.execute().getJobClient().orElseThrow();
    }

    private Map<List<String>, String> windows(String before) {
        Map<List<String>, String> expected = new HashMap<>();
        for (List<@Nullable String> row :
                database.queryRows(
                        "SELECT extract(epoch FROM date_trunc('minute', placed))::int8, count(*),"
                                + " sum(v) FROM (SELECT * FROM t WHERE v >= 5 UNION ALL SELECT *"
                                + " FROM silent) both_tables WHERE placed < timestamptz '"
                                + before
                                + "' GROUP BY 1")) {
            expected.put(
                    List.of(String.valueOf(row.get(0))),
                    "+I[" + String.join(", ", row.stream().map(String::valueOf).toList()) + "]");
        }
        return expected;
    }

    /** Windows end by this row, and none of before is late. */
    private void insertBehindAll(int id, String at) {
        database.execute("INSERT INTO t VALUES (" + id + ", 10, timestamptz '" + at + "')");
        Await.until(
                "windows before " + at, Duration.ofSeconds(60), () -> windows.equals(windows(at)));
    }

    @Test
    void noRowIsLateInOtherNumbersOfSubtasks(@TempDir Path folder) throws Exception {
        JobClient job = start(2, null);
        Await.until("some rows are read", () -> read.size() > 1_000);
        String savepoint = SqlSession.stop(job, folder);
        assertThat(read).hasSizeLessThan(ROWS / 100 * 95);
        job = start(3, savepoint);
        Await.until(
                "the slot is read",
                Duration.ofSeconds(60),
                () -> database.streamingPid("nanosync_slot_both") != null);
        assertThat(read).hasSize(ROWS / 100 * 95);
        assertThat(windows).isEmpty();
        insertBehindAll(100_001, "2026-01-02 00:00+00");
        savepoint = SqlSession.stop(job, folder);
        database.execute("INSERT INTO t VALUES (100002, 10, '2026-01-02 00:00:30+00')");
        job = start(1, savepoint);
        insertBehindAll(100_003, "2026-01-02 00:01+00");
        savepoint = SqlSession.stop(job, folder);
        job = start(4, savepoint);
        database.execute("INSERT INTO silent VALUES (2, 7, '2026-01-02 00:01:10+00')");
        insertBehindAll(100_004, "2026-01-02 00:02+00");
        job.cancel().get();
    }
}
