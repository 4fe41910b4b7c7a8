package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.time.Deadline;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that lie in the table in any order of time, read in many parts by two subtasks. */
class WatermarkITCase {

    /** Windows of a minute; of all, as long as the watermark isn't behind them. */
    private static final String WINDOWS =
            "SELECT CAST(window_start AS STRING), COUNT(*), SUM(v) FROM TABLE(TUMBLE(TABLE t,"
                + " DESCRIPTOR(placed), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end";

    private static final String TIME = "placed TIMESTAMP(3), WATERMARK FOR placed AS placed";

    private TestDatabase database;
    private TableEnvironment flink;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(17).createDatabase();
        flink = SqlSession.streaming(2);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private void fill(int rows) {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, v int, placed timestamp)",
                "INSERT INTO t SELECT i, i % 100, timestamp '2026-01-01' + i * 7919 % "
                        + rows
                        + " * interval '1 s' FROM generate_series(1, "
                        + rows
                        + ") i");
    }

    private void declare(TableEnvironment in, String columns, String... options) {
        in.executeSql(
                "CREATE TABLE t ("
                        + columns
                        + ") WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'table-name' = 'public.t', 'ctid-partition-blocks' = '1'"
                        + String.join("", options)
                        + ")");
    }

    private static final String APPEND = ", 'changelog-mode' = 'append'";

    /** What PostgreSQL answers, of the minutes before a time. */
    private Map<List<Object>, Integer> windows(String before) {
        Map<List<Object>, Integer> windows = new HashMap<>();
        for (List<@Nullable String> row :
                database.queryRows(
                        "SELECT to_char(date_trunc('minute', placed), 'YYYY-MM-DD HH24:MI:SS.MS'),"
                                + " count(*), sum(v) FROM t WHERE placed < timestamp '"
                                + before
                                + "' GROUP BY 1")) {
            windows.put(
                    List.of(
                            String.valueOf(row.get(0)),
                            Long.valueOf(String.valueOf(row.get(1))),
                            Integer.valueOf(String.valueOf(row.get(2)))),
                    1);
        }
        return windows;
    }

    private void awaitStream() {
        Await.until(
                "the slot is read", () -> database.streamingPid("nanosync_slot_public_t") != null);
    }

    private void insert(int id, String at) {
        database.execute("INSERT INTO t VALUES (" + id + ", 1, timestamp '" + at + "')");
    }

    @Test
    void noRowOfTheSnapshotIsLateAndChangesFireWindows() throws Exception {
        fill(20_000);
        declare(flink, "id INT, v INT, " + TIME, APPEND);
        try (LiveQuery query = new LiveQuery(flink, WINDOWS)) {
            awaitStream();
            assertThat(query.changelog()).isEmpty();
            insert(100_001, "2026-01-02 00:00:00");
            Map<List<Object>, Integer> snapshot = windows("2026-01-02");
            Await.until("all windows are whole", () -> query.retracted().equals(snapshot));
            insert(100_002, "2026-01-02 00:00:30");
            insert(100_003, "2026-01-02 00:05:00");
            Map<List<Object>, Integer> behind = windows("2026-01-02 00:05");
            Await.until("so is the next", () -> query.retracted().equals(behind));
        }
    }

    @Test
    void boundedSnapshotHasTheWatermarkOfItsEndAlone() throws Exception {
        fill(20_000);
        declare(flink, "id INT, v INT, " + TIME, ", 'startup-mode' = 'snapshot'");
        assertThat(flink.explainSql(WINDOWS)).contains("watermark=[");
        assertThat(all(WINDOWS)).isEqualTo(windows("2027-01-01"));
    }

    @Test
    void batchHasNoWatermark() throws Exception {
        fill(1_000);
        flink = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        declare(flink, "id INT, v INT, " + TIME, ", 'startup-mode' = 'snapshot'");
        assertThat(all(WINDOWS)).isEqualTo(windows("2027-01-01"));
    }

    private Map<List<Object>, Integer> all(String sql) throws Exception {
        Map<List<Object>, Integer> rows = new HashMap<>();
        try (CloseableIterator<Row> results = flink.executeSql(sql).collect()) {
            while (results.hasNext()) {
                Row row = results.next();
                rows.merge(
                        List.of(row.getField(0), row.getField(1), row.getField(2)),
                        1,
                        Integer::sum);
            }
        }
        return rows;
    }

    private Map<List<String>, String> sink(TableEnvironment in, String table, String columns) {
        return KeyedSink.create(in, "sink_" + table, columns, table + "-" + database.name());
    }

    /** What the sink is to have. */
    private Map<List<String>, String> table(String before) {
        Map<List<String>, String> rows = new HashMap<>();
        windows(before)
                .keySet()
                .forEach(
                        row ->
                                rows.put(
                                        List.of(String.valueOf(row.get(0))),
                                        "+I[%s, %s, %s]"
                                                .formatted(row.get(0), row.get(1), row.get(2))));
        return rows;
    }

    private TableEnvironment from(String savepoint) {
        TableEnvironment session = SqlSession.streaming(2);
        session.getConfig().set("execution.state-recovery.path", savepoint);
        return session;
    }

    /** The other subtask is idle again. */
    @Test
    @Tag("long")
    void watermarksGoOnBehindASavepoint(@TempDir Path folder) throws Exception {
        fill(20_000);
        declare(flink, "id INT, v INT, " + TIME, APPEND);
        Map<List<String>, String> rows = sink(flink, "w", "id STRING, n BIGINT, s INT");
        JobClient job = execute(flink);
        awaitStream();
        insert(100_001, "2026-01-01 01:00:30");
        Await.until("windows are there", () -> rows.equals(table("2026-01-01 01:00")));
        String savepoint = SqlSession.stop(job, folder);
        insert(100_002, "2026-01-01 01:00:40");
        TableEnvironment second = from(savepoint);
        declare(second, "id INT, v INT, " + TIME, APPEND);
        sink(second, "w", "id STRING, n BIGINT, s INT");
        job = execute(second);
        insert(100_003, "2026-01-02 00:00:00");
        Await.until("the others come", () -> rows.equals(table("2026-01-02")));
        job.cancel().get();
    }

    private static JobClient execute(TableEnvironment in) {
        return in.executeSql("INSERT INTO sink_w " + WINDOWS).getJobClient().orElseThrow();
    }

    @Test
    @Tag("long")
    void noRowIsLateBehindARestartWithinTheSnapshot(@TempDir Path folder) throws Exception {
        int many = 60_000;
        fill(many);
        String columns = "id INT, v INT, " + TIME;
        String slow = APPEND + ", 'chunk-size' = '50', 'snapshot-workers' = '2'";
        declare(flink, columns, slow);
        Map<List<String>, String> rows = sink(flink, "w", "id STRING, n BIGINT, s INT");
        Map<List<String>, String> read = sink(flink, "ids", "id INT");
        JobClient job = executeBoth(flink);
        Await.until("some rows are read", () -> read.size() > 1_000);
        String savepoint = SqlSession.stop(job, folder);
        assertThat(read).hasSizeLessThan(many);
        assertThat(rows).isEmpty();
        TableEnvironment second = from(savepoint);
        declare(second, columns, slow);
        sink(second, "w", "id STRING, n BIGINT, s INT");
        sink(second, "ids", "id INT");
        job = executeBoth(second);
        awaitStream();
        assertThat(read).hasSize(many);
        assertThat(rows).isEmpty();
        insert(100_001, "2026-01-02 00:00:00");
        Await.until("all windows are whole", () -> rows.equals(table("2026-01-02")));
        job.cancel().get();
    }

    private static JobClient executeBoth(TableEnvironment in) {
        StatementSet set = in.createStatementSet();
        set.addInsertSql("INSERT INTO sink_w " + WINDOWS);
        set.addInsertSql("INSERT INTO sink_ids SELECT id FROM t");
        return set.execute().getJobClient().orElseThrow();
    }

    /** A delete of the key alone has no time; the row that it takes back has. */
    @Test
    @Tag("long")
    void deleteOfAKeyHasNoTime() throws Exception {
        fill(1_000);
        declare(flink, "id INT, v INT, " + TIME + ", PRIMARY KEY (id) NOT ENFORCED");
        try (LiveQuery query =
                new LiveQuery(
                        flink,
                        "SELECT CAST(TUMBLE_START(placed, INTERVAL '1' MINUTE) AS STRING),"
                                + " COUNT(*), SUM(v) FROM t GROUP BY TUMBLE(placed, INTERVAL '1'"
                                + " MINUTE)")) {
            awaitStream();
            database.execute("DELETE FROM t WHERE id % 3 = 0");
            insert(100_001, "2026-01-02 00:00:00");
            Map<List<Object>, Integer> expected = windows("2026-01-02");
            Await.until("windows are there", () -> query.retracted().equals(expected));
        }
    }

    @Test
    void rowWithoutATimeFailsTheJob() {
        fill(10);
        database.execute("INSERT INTO t VALUES (11, 1, NULL)");
        declare(flink, "id INT, v INT, " + TIME, APPEND);
        assertThatThrownBy(() -> all(WINDOWS))
                .hasStackTraceContaining(
                        "A row of public.t has null in \"placed\", and so no time, by which there"
                            + " is a WATERMARK. Declare that for a computed column which is never"
                            + " null, COALESCE(placed, …)");
    }

    private static final String OF_CHANGES =
            ", 'changelog-mode' = 'all', 'startup-mode' = 'latest'";

    private void insertWithoutATime() {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, v int, placed timestamp)",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t VALUES (1, 1, NULL), (2, 1, NULL)");
    }

    @Test
    void oldRowWithoutATimeFailsTheJob() throws Exception {
        insertWithoutATime();
        declare(flink, "id INT, v INT, " + TIME, OF_CHANGES);
        try (LiveQuery query = new LiveQuery(flink, "SELECT id FROM t")) {
            awaitStream();
            database.execute("UPDATE t SET placed = timestamp '2026-01-01' WHERE id = 1");
            assertThatThrownBy(() -> query.job().getJobExecutionResult().get())
                    .hasStackTraceContaining(
                            "The old row of an update of public.t has null in \"placed\", and so no"
                                    + " time, by which there is a WATERMARK. Declare that for a"
                                    + " computed column which is never null, COALESCE(placed, …)");
        }
    }

    @Test
    void deletedRowWithoutATimeFailsTheJob() throws Exception {
        insertWithoutATime();
        declare(flink, "id INT, v INT, " + TIME, OF_CHANGES);
        try (LiveQuery query = new LiveQuery(flink, "SELECT id FROM t")) {
            awaitStream();
            database.execute("DELETE FROM t WHERE id = 2");
            assertThatThrownBy(() -> query.job().getJobExecutionResult().get())
                    .hasStackTraceContaining("A deleted row of public.t has null in \"placed\"");
        }
    }

    @Test
    void computedTimeThatIsNeverNullTakesOldRowsWithoutATime() throws Exception {
        insertWithoutATime();
        declare(
                flink,
                "id INT, v INT, placed TIMESTAMP(3), known AS COALESCE(placed, TIMESTAMP"
                        + " '1970-01-01 00:00:00'), WATERMARK FOR known AS known",
                OF_CHANGES);
        try (LiveQuery query =
                new LiveQuery(
                        flink,
                        "SELECT CAST(TUMBLE_START(known, INTERVAL '1' MINUTE) AS STRING), COUNT(*)"
                                + " FROM t GROUP BY TUMBLE(known, INTERVAL '1' MINUTE)")) {
            awaitStream();
            database.execute(
                    "UPDATE t SET placed = timestamp '2026-01-01' WHERE id = 1",
                    "DELETE FROM t WHERE id = 2");
            insert(3, "2026-01-02 00:00:00");
            Await.until(
                    "the window of the new row is there",
                    () -> query.retracted().containsKey(List.of("2026-01-01 00:00:00.000", 1L)));
        }
    }

    /** Both need a watermark for one of them to go on; one has no change for ever. */
    @Test
    @Tag("long")
    void silentTableOfAPipelineIsIdleBehindItsTimeout() throws Exception {
        fill(1_000);
        database.execute(
                "CREATE TABLE silent (id int PRIMARY KEY, v int, placed timestamp)",
                "INSERT INTO silent VALUES (1, 0, timestamp '2026-01-01')");
        declare(flink, "id INT NOT NULL, v INT, " + TIME, APPEND, ", 'pipeline' = 'both'");
        flink.executeSql(
                "CREATE TABLE silent (id INT, v INT, "
                        + TIME
                        + ") WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'table-name' = 'public.silent', 'changelog-mode' = 'append',"
                        + " 'ctid-partition-blocks' = '1', 'pipeline' = 'both',"
                        + " 'scan.watermark.idle-timeout' = '1s')");
        flink.executeSql(
                "CREATE TEMPORARY VIEW both_tables AS SELECT v, placed FROM t UNION ALL SELECT v,"
                        + " placed FROM silent");
        try (LiveQuery query =
                new LiveQuery(flink, WINDOWS.replace("TABLE t,", "TABLE both_tables,"))) {
            Await.until(
                    "the slot is read", () -> database.streamingPid("nanosync_slot_both") != null);
            insert(100_001, "2026-01-02 00:00:00");
            int expected = windows("2026-01-02").size();
            Await.until("windows are there", () -> query.changelog().size() >= expected);
            assertThat(query.changelog().stream().mapToLong(row -> (Long) row.getField(1)).sum())
                    .isEqualTo(1_001);
        }
    }

    /** A plan that was compiled has the watermark within the scan. */
    @Test
    @Tag("long")
    void compiledPlanHasTheWatermark() throws Exception {
        fill(1_000);
        declare(flink, "id INT, v INT, " + TIME, APPEND);
        Map<List<String>, String> rows = sink(flink, "w", "id STRING, n BIGINT, s INT");
        JobClient job =
                flink.compilePlanSql("INSERT INTO sink_w " + WINDOWS)
                        .execute()
                        .getJobClient()
                        .orElseThrow();
        awaitStream();
        insert(100_001, "2026-01-02 00:00:00");
        Await.until("all windows are whole", () -> rows.equals(table("2026-01-02")));
        job.cancel().get();
    }

    /** Rows that were written behind many deletes would else be late. */
    @Test
    @Tag("long")
    void tableWhoseRowsAreDeletedIsNotSilent() throws Exception {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, v int, placed timestamp)",
                "CREATE TABLE busy (id int PRIMARY KEY, v int, placed timestamp)",
                "INSERT INTO busy SELECT i, 0, timestamp '2026-01-01' FROM generate_series(1,"
                        + " 20000) i");
        declare(flink, "id INT NOT NULL, v INT, " + TIME, APPEND, ", 'pipeline' = 'both'");
        flink.executeSql(
                "CREATE TABLE busy (PRIMARY KEY (id) NOT ENFORCED) WITH ('table-name' ="
                        + " 'public.busy', 'changelog-mode' = 'upsert',"
                        + " 'scan.watermark.idle-timeout' = '4s') LIKE t");
        try (LiveQuery query =
                new LiveQuery(
                        flink,
                        "SELECT t.id, s.v FROM t LEFT JOIN busy FOR SYSTEM_TIME AS OF t.placed s"
                                + " ON t.v = s.id")) {
            Await.until(
                    "the slot is read", () -> database.streamingPid("nanosync_slot_both") != null);
            insert(1, "2026-01-02 00:00:00");
            Deadline end = Deadline.fromNow(Duration.ofSeconds(8));
            for (int id = 1; end.hasTimeLeft(); id++) {
                database.execute("DELETE FROM busy WHERE id = " + id);
            }
            assertThat(query.changelog()).isEmpty();
            Await.until("event time goes on without deletes", () -> !query.changelog().isEmpty());
        }
    }

    /** A delete of the key alone has no time, and a table that is silent stays so behind it. */
    @Test
    void aDeleteWithoutATimeHoldsNoEventTimeUp() throws Exception {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, v int, placed timestamp)",
                "CREATE TABLE silent (id int PRIMARY KEY, v int, placed timestamp)",
                "INSERT INTO silent SELECT i, 0, timestamp '2026-01-01' FROM generate_series(1, 5)"
                        + " i");
        declare(flink, "id INT NOT NULL, v INT, " + TIME, APPEND, ", 'pipeline' = 'both'");
        flink.executeSql(
                "CREATE TABLE silent (PRIMARY KEY (id) NOT ENFORCED) WITH ('table-name' ="
                        + " 'public.silent', 'changelog-mode' = 'upsert',"
                        + " 'scan.watermark.idle-timeout' = '200ms') LIKE t");
        try (LiveQuery query =
                new LiveQuery(
                        flink,
                        "SELECT t.id, s.v FROM t LEFT JOIN silent FOR SYSTEM_TIME AS OF t.placed s"
                                + " ON t.v = s.id")) {
            Await.until(
                    "the slot is read", () -> database.streamingPid("nanosync_slot_both") != null);
            insert(1, "2026-01-02 00:00:00");
            Await.until(
                    "event time goes on while one is silent", () -> !query.changelog().isEmpty());
            database.execute("DELETE FROM silent WHERE id = 3");
            insert(2, "2026-01-03 00:00:00");
            Await.until("it does behind the delete", () -> query.changelog().size() == 2);
        }
    }
}
