package io.nanosync.flink.pg.table.random;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.DecliningSerializer;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.runtime.typeutils.ExternalTypeInfo;
import org.apache.flink.types.Row;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A connection is lost and, before the next checkpoint, the job fails; meanwhile checkpoints are
 * declined, or not: of rows that a filter leaves out, that have fields by their places, and that
 * have watermarks none is lost, comes twice, or is late.
 */
@Tag("long")
class PushedDownFaultsITCase {

    private static final String COPIES = "query LIKE 'COPY%'";
    private static final String WALSENDERS = "backend_type = 'walsender'";

    /** But the keeper of the snapshot, with which SQL can't go on. */
    private static final String ALL =
            "coalesce(state, '') <> 'idle in transaction' AND application_name <> 'nanosync-test'";

    private static final String SLOT = "nanosync_slot_public_t";
    private static final int ROWS = 30_000;
    private static final int STRIKES = 6;

    private final Random random = new Random(7);
    private final AtomicBoolean declines = new AtomicBoolean();
    private final AtomicBoolean ends = new AtomicBoolean();
    private final String sink = UUID.randomUUID().toString();
    private TestDatabase database;
    private @Nullable JobClient job;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(17).createDatabase();
        DecliningSerializer.declineWhile(sink, declines);
    }

    @AfterEach
    void end() throws Exception {
        ends.set(true);
        JobClient running = job;
        if (running != null && !running.getJobExecutionResult().isDone()) {
            running.cancel().get();
        }
        Folded.forget(sink);
        database.close();
    }

    private StreamTableEnvironment session() {
        Configuration settings = new Configuration();
        settings.setString("execution.checkpointing.interval", "200ms");
        settings.setString("execution.checkpointing.tolerable-failed-checkpoints", "100000");
        settings.setString("restart-strategy.type", "fixed-delay");
        settings.setString("restart-strategy.fixed-delay.attempts", "200");
        settings.setString("restart-strategy.fixed-delay.delay", "50ms");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(settings);
        env.setParallelism(2);
        StreamTableEnvironment flink = StreamTableEnvironment.create(env);
        flink.createTemporarySystemFunction("faulty", Faulty.class);
        Faulty.FAILS.set(false);
        return flink;
    }

    /** Gives what it is given, and fails once when it is told to. */
    public static final class Faulty extends ScalarFunction {

        private static final long serialVersionUID = 1L;
        private static final AtomicBoolean FAILS = new AtomicBoolean();

        public @Nullable Integer eval(@Nullable Integer value) {
            if (FAILS.compareAndSet(true, false)) {
                throw new IllegalStateException("Fault of the test");
            }
            return value;
        }
    }

    /** Hands rows on, and has state by which checkpoints are declined. */
    private static final class Declining extends RichMapFunction<Row, Row>
            implements CheckpointedFunction {

        private static final long serialVersionUID = 1L;
        private final String name;

        Declining(String name) {
            this.name = name;
        }

        @Override
        public Row map(Row row) {
            return row;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            context.getOperatorStateStore()
                    .getListState(
                            new ListStateDescriptor<>("declining", new DecliningSerializer(name)))
                    .update(List.of(1));
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) {}
    }

    private void start(StreamTableEnvironment flink, String query, Schema rows, String columns) {
        Table result = flink.sqlQuery(query);
        flink.createTemporaryView(
                "passed",
                flink.fromChangelogStream(
                        flink.toChangelogStream(result)
                                .map(new Declining(sink))
                                .returns(
                                        ExternalTypeInfo.of(
                                                result.getResolvedSchema()
                                                        .toPhysicalRowDataType())),
                        rows));
        flink.executeSql(
                "CREATE TABLE target ("
                        + columns
                        + ") WITH ('connector' = 'folding', 'name' = '"
                        + sink
                        + "')");
        job =
                flink.executeSql("INSERT INTO target SELECT * FROM passed")
                        .getJobClient()
                        .orElseThrow();
    }

    private void pause(int longestMillis) {
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(longestMillis)).toNanos());
    }

    private void kill(String which) {
        database.queryList(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                        + " current_database() AND pid <> pg_backend_pid() AND "
                        + which);
    }

    private void strike(String... kinds) {
        declines.set(random.nextBoolean());
        pause(300);
        kill(kinds[random.nextInt(kinds.length)]);
        pause(120);
        Faulty.FAILS.set(true);
        pause(400);
        declines.set(false);
        pause(300);
        requireRunning();
    }

    private void requireRunning() {
        JobClient running = job;
        if (running != null && running.getJobExecutionResult().isDone()) {
            throw new AssertionError(
                    "The job ended: "
                            + running.getJobExecutionResult()
                                    .handle(
                                            (done, error) ->
                                                    error == null
                                                            ? "well"
                                                            : ExceptionUtils.stringifyException(
                                                                    error))
                                    .join());
        }
    }

    private Map<List<String>, Long> answer(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            return Values.counted(result);
        }
    }

    private void awaitAnswer(String sql) {
        try {
            Await.until(
                    "Flink has what PostgreSQL has",
                    Duration.ofSeconds(90),
                    () -> {
                        JobClient running = job;
                        return (running != null && running.getJobExecutionResult().isDone())
                                || Folded.named(sink).rows().equals(answer(sql));
                    });
            requireRunning();
        } catch (AssertionError e) {
            try {
                Map<List<String>, Long> missing = new HashMap<>(answer(sql));
                Folded.named(sink)
                        .rows()
                        .forEach((row, count) -> missing.merge(row, -count, Long::sum));
                missing.values().removeIf(count -> count == 0);
                throw new AssertionError(
                        missing.size()
                                + " differ: "
                                + missing.entrySet().stream().limit(20).toList(),
                        e);
            } catch (SQLException f) {
                throw new AssertionError(f);
            }
        }
    }

    private void strikeInTheSnapshot() {
        Await.until(
                "parts are read",
                () ->
                        database.queryLong("SELECT count(*) FROM pg_stat_activity WHERE " + COPIES)
                                > 0);
        int struck = 0;
        while (database.streamingPid(SLOT) == null && struck < STRIKES) {
            strike(COPIES, COPIES, ALL);
            struck++;
        }
        assertThat(struck).isPositive();
        Await.until(
                "it streams", Duration.ofSeconds(90), () -> database.streamingPid(SLOT) != null);
    }

    private void fill() {
        database.execute(
                "CREATE TYPE address AS (street text, nr int)",
                "CREATE TABLE t (id int PRIMARY KEY, state text NOT NULL, v int, placed timestamp,"
                        + " a address)",
                "INSERT INTO t SELECT i, CASE WHEN i % 2 = 0 THEN 'open' ELSE 'shut' END, i % 100,"
                        + " timestamp '2026-01-01' + i * 7919 % "
                        + ROWS
                        + " * interval '1 s', ROW('s' || i, i)::address FROM generate_series(1, "
                        + ROWS
                        + ") i");
    }

    private void declare(StreamTableEnvironment flink, String columns, String options) {
        flink.executeSql(
                "CREATE TABLE t ("
                        + columns
                        + ") WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'table-name' = 'public.t', 'ctid-partition-blocks' = '8',"
                        + " 'chunk-size' = '40', 'snapshot-workers' = '3'"
                        + options
                        + ")");
    }

    private Thread load(String... changes) {
        Random own = new Random(random.nextLong());
        Thread load =
                new Thread(
                        () -> {
                            while (!ends.get()) {
                                String sql = changes[own.nextInt(changes.length)];
                                while (sql.contains("?")) {
                                    sql = sql.replaceFirst("\\?", "" + own.nextInt(ROWS));
                                }
                                try {
                                    database.execute(sql);
                                } catch (AssertionError e) {
                                    // A key that is there, or a strike.
                                }
                                LockSupport.parkNanos(5_000_000);
                            }
                        });
        load.start();
        return load;
    }

    @ParameterizedTest
    @CsvSource({"DEFAULT, false", "FULL, false", "DEFAULT, true"})
    void filteredRowsComeOnce(String identity, boolean twoScans) throws Exception {
        fill();
        database.execute("ALTER TABLE t REPLICA IDENTITY " + identity);
        StreamTableEnvironment flink = session();
        declare(
                flink,
                "id INT, state STRING NOT NULL, v INT, a ROW<nr INT, street STRING>, PRIMARY KEY"
                        + " (id) NOT ENFORCED",
                "");
        String other =
                twoScans
                        ? " UNION ALL SELECT id, v, %s, -1 FROM t WHERE state = 'shut' AND v < 5"
                        : "";
        String query =
                "SELECT id, faulty(v) AS v, a.street AS s, a.nr AS n FROM t WHERE state = 'open'"
                        + " AND v > 10"
                        + other.formatted("a.street");
        assertThat(flink.explainSql(query)).contains("filter=[and(");
        start(
                flink,
                query,
                Schema.newBuilder()
                        .column("id", "INT")
                        .column("v", "INT")
                        .column("s", "STRING")
                        .column("n", "INT")
                        .build(),
                "id INT, v INT, s STRING, n INT");
        Thread load =
                load(
                        "UPDATE t SET state = 'open' WHERE id BETWEEN ? AND ? AND id % 997 = 0",
                        "UPDATE t SET state = 'shut' WHERE id % 499 = ? % 499",
                        "UPDATE t SET v = ? % 30 WHERE id = ?",
                        "UPDATE t SET id = ? + 40000 WHERE id = ?",
                        "UPDATE t SET a = ('x' || ?, ?) WHERE id % 499 = ? % 499",
                        "DELETE FROM t WHERE id = ?",
                        "INSERT INTO t VALUES (?, 'open', ? % 50, NULL, ('y' || ?, ?))",
                        "BEGIN; UPDATE t SET state = 'shut' WHERE id = ?; UPDATE t SET state ="
                                + " 'open' WHERE id = ?; COMMIT");
        strikeInTheSnapshot();
        for (int i = 0; i < STRIKES; i++) {
            strike(WALSENDERS, ALL);
        }
        ends.set(true);
        load.join();
        assertThat(DecliningSerializer.declined()).isPositive();
        awaitAnswer(
                "SELECT id, v, (a).street, (a).nr FROM t WHERE state = 'open' AND v > 10"
                        + other.formatted("(a).street"));
    }

    /** Windows end by the changes alone, and have all rows of the snapshot. */
    @Test
    void rowsWithWatermarksComeOnceAndAreNotLate() throws Exception {
        fill();
        StreamTableEnvironment flink = session();
        declare(
                flink,
                "id INT, v INT, a ROW<nr INT, street STRING>, placed TIMESTAMP(3), WATERMARK FOR"
                        + " placed AS placed",
                ", 'changelog-mode' = 'append'");
        flink.executeSql(
                "CREATE TEMPORARY VIEW chosen AS SELECT placed, faulty(a.nr) AS nr FROM t WHERE v >"
                        + " 10");
        start(
                flink,
                "SELECT CAST(window_start AS STRING) AS w, COUNT(*) AS n, SUM(nr) AS s FROM"
                        + " TABLE(TUMBLE(TABLE chosen, DESCRIPTOR(placed), INTERVAL '1' MINUTE))"
                        + " GROUP BY window_start, window_end",
                Schema.newBuilder()
                        .column("w", "STRING NOT NULL")
                        .column("n", "BIGINT NOT NULL")
                        .column("s", "INT")
                        .build(),
                "w STRING, n BIGINT, s INT");
        strikeInTheSnapshot();
        assertThat(Folded.named(sink).rows()).isEmpty();
        for (int i = 0; i < STRIKES; i++) {
            database.execute(
                    "INSERT INTO t SELECT i, 'open', i % 60, timestamp '2026-01-02' + i * interval"
                            + " '1 s', ROW('z', i)::address FROM generate_series(%d, %d) i"
                                    .formatted(100_000 + 100 * i, 100_099 + 100 * i));
            strike(WALSENDERS, ALL);
        }
        database.execute("INSERT INTO t VALUES (0, 'open', 99, timestamp '2026-06-01', ('z', 1))");
        awaitAnswer(
                "SELECT to_char(date_trunc('minute', placed), 'YYYY-MM-DD HH24:MI:SS.MS'),"
                    + " count(*), sum((a).nr)::int FROM t WHERE v > 10 AND placed < '2026-06-01'"
                    + " GROUP BY 1");
    }
}
