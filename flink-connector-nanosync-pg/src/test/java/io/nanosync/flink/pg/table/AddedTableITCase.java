package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Statements over tables of a pattern that are planned again when others match. What is counted has
 * no key, so a row too much or too little shows.
 */
@Tag("long")
class AddedTableITCase {

    /** Fails a job once, at a row of its choice. */
    public static final class FailsOnce extends ScalarFunction {
        static final AtomicBoolean ARMED = new AtomicBoolean();

        /** The value. */
        public long eval(long value) {
            if (value > 1_000_000 && ARMED.compareAndSet(true, false)) {
                throw new IllegalStateException("failed once");
            }
            return value;
        }
    }

    @TempDir private Path folder;

    private TestDatabase database;
    private Map<java.util.List<String>, String> sink;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(17).createDatabase();
        createTable(1);
        createTable(2);
        createTable(3);
        sink = KeyedSink.table(name());
    }

    private String name() {
        return "added-" + database.name();
    }

    private void createTable(int number) {
        database.execute(
                "CREATE TABLE orders_" + number + " (id int, gone int, v bigint NOT NULL)",
                "ALTER TABLE orders_" + number + " DROP COLUMN gone",
                "ALTER TABLE orders_" + number + " REPLICA IDENTITY FULL",
                "INSERT INTO orders_"
                        + number
                        + " SELECT i, i % 7 FROM generate_series(1, 2000) i");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private JobClient start(String tables, @Nullable String savepoint) {
        return start(tables, "source_table STRING", "', 'table-column' = 'source_table", savepoint);
    }

    private JobClient start(
            String tables, String groups, String option, @Nullable String savepoint) {
        TableEnvironment flink = SqlSession.streaming(2);
        flink.getConfig().set("restart-strategy.type", "fixed-delay");
        flink.getConfig().set("restart-strategy.fixed-delay.attempts", "3");
        flink.getConfig().set("restart-strategy.fixed-delay.delay", "100ms");
        if (savepoint != null) {
            flink.getConfig().set("execution.state-recovery.path", savepoint);
        }
        flink.createTemporarySystemFunction("fails_once", FailsOnce.class);
        flink.executeSql(
                "CREATE TABLE orders (v BIGINT NOT NULL, "
                        + groups
                        + ") WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'table-name' = '"
                        + tables
                        + option
                        + "', 'pipeline' = 'orders',"
                        + " 'ctid-partition-blocks' = '1', 'snapshot-workers' = '1')");
        flink.executeSql(
                "CREATE TABLE counted (t STRING, n BIGINT NOT NULL, s BIGINT NOT NULL, PRIMARY KEY"
                        + " (t) NOT ENFORCED) WITH ('connector' = 'keyed', 'name' = '"
                        + name()
                        + "')");
        return flink.executeSql(
                        "INSERT INTO counted SELECT source_table, COUNT(*), SUM(fails_once(v)) FROM"
                                + " orders GROUP BY source_table")
                .getJobClient()
                .orElseThrow();
    }

    private Map<String, String> inFlink() {
        Map<String, String> rows = new TreeMap<>();
        sink.forEach((key, row) -> rows.put(key.toString(), row));
        return rows;
    }

    private long sum(String table) {
        String row = inFlink().getOrDefault("[public." + table + "]", "0");
        return Long.parseLong(row.replaceAll(".*, |]", ""));
    }

    private Map<String, String> inPostgres(int... numbers) {
        Map<String, String> rows = new TreeMap<>();
        for (int number : numbers) {
            String table = "public.orders_" + number;
            rows.put(
                    "[" + table + "]",
                    "+I["
                            + table
                            + ", "
                            + database.queryString(
                                    "SELECT concat_ws(', ', count(*), sum(v)) FROM " + table)
                            + "]");
        }
        return rows;
    }

    private void awaitPostgres(int... numbers) {
        Await.until(
                "Flink has what PostgreSQL has",
                Duration.ofSeconds(60),
                () -> inFlink().equals(inPostgres(numbers)));
    }

    /** Changes tables until it is closed. */
    private final class Load implements AutoCloseable {
        private final AtomicBoolean ends = new AtomicBoolean();
        private final AtomicInteger rounds = new AtomicInteger();
        private final Thread thread;

        Load(int... numbers) {
            thread =
                    new Thread(
                            () -> {
                                while (!ends.get()) {
                                    for (int number : numbers) {
                                        round("orders_" + number);
                                    }
                                    rounds.incrementAndGet();
                                }
                            });
            thread.start();
        }

        private void round(String table) {
            database.execute(
                    "INSERT INTO " + table + " SELECT i, 1 FROM generate_series(1, 20) i",
                    "UPDATE " + table + " SET v = v + 1 WHERE id % 50 = 3",
                    "DELETE FROM " + table + " WHERE id = 17");
        }

        void awaitMore() {
            int from = rounds.get();
            Await.until("more changes", () -> rounds.get() > from + 3);
        }

        @Override
        public void close() throws InterruptedException {
            ends.set(true);
            thread.join();
        }
    }

    @Test
    void isReadWhenTheStatementIsPlannedAgain() throws Exception {
        String savepoint;
        try (Load load = new Load(1, 2, 3)) {
            JobClient first = start("public.orders_.*", null);
            Await.until("all tables are counted", () -> sink.size() == 3);
            load.awaitMore();
            FailsOnce.ARMED.set(true);
            database.execute("INSERT INTO orders_2 VALUES (0, 1000001)");
            Await.until("the job failed", () -> !FailsOnce.ARMED.get());
            Await.until("it goes on", () -> sum("orders_2") > 1_000_000);
            load.awaitMore();
            createTable(4);
            load.awaitMore();
            savepoint = SqlSession.stop(first, folder);
            load.awaitMore();
        }
        JobClient second;
        try (Load load = new Load(1, 2, 3, 4)) {
            second = start("public.orders_.*", savepoint);
            Await.until("the fourth is counted", () -> sink.size() == 4);
            load.awaitMore();
            FailsOnce.ARMED.set(true);
            database.execute("INSERT INTO orders_4 VALUES (0, 1000001)");
            Await.until("the job failed", () -> !FailsOnce.ARMED.get());
            Await.until("it goes on", () -> sum("orders_4") > 1_000_000);
            load.awaitMore();
        }
        awaitPostgres(1, 2, 3, 4);
        second.cancel().get();
    }

    /** Three tables, into their stream; returns the savepoint. */
    private String followThree() throws Exception {
        JobClient first = start("public.orders_.*", null);
        awaitPostgres(1, 2, 3);
        database.execute("INSERT INTO orders_3 VALUES (1, 1)");
        awaitPostgres(1, 2, 3);
        return SqlSession.stop(first, folder);
    }

    @Test
    void oneThatIsGoneIsLeftOutByAListOfTheOthers() throws Exception {
        String savepoint = followThree();
        database.execute("DROP TABLE orders_3", "ALTER TABLE orders_2 RENAME TO former_2");
        createTable(5);
        JobClient refused = start("public.orders_.*", savepoint);
        assertThatThrownBy(() -> refused.getJobExecutionResult().get())
                .hasStackTraceContaining(
                        "leave a table that is gone or was made anew out for one start (by"
                                + " a list of the others in 'table-name')");
        JobClient second = start("public.orders_1, public.orders_5", savepoint);
        database.execute("INSERT INTO orders_1 VALUES (1, 1)");
        Map<String, String> expected = new TreeMap<>(inPostgres(1, 5));
        expected.putAll(
                inFlink().entrySet().stream()
                        .filter(row -> row.getKey().matches(".*_[23]."))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        Await.until("what is left goes on", () -> inFlink().equals(expected));
        second.cancel().get();
    }

    /** The rows that came of it can't be taken back; the savepoint of before has none of them. */
    @Test
    void oneThatIsLostWhileItIsReadIsAddedAgainFromTheSavepointOfBefore() throws Exception {
        String before = followThree();
        createTable(4);
        // Few rows in a block: many splits.
        database.execute(
                "ALTER TABLE orders_4 SET (fillfactor = 10)",
                "INSERT INTO orders_4 SELECT i, 1 FROM generate_series(1, 60000) i");
        JobClient second = start("public.orders_.*", before);
        Await.until("some rows of the fourth are counted", () -> sink.size() == 4);
        String amidst = SqlSession.stop(second, folder);
        assertThat(inFlink()).isNotEqualTo(inPostgres(1, 2, 3, 4));
        String remedy =
                "Start the job from the savepoint or checkpoint from which they were added, with no"
                        + " rows of them in the sink";

        assertRefused(
                start("public.orders_.*, !public.orders_4", amidst),
                "The snapshot of tables [public.orders_4], which were being added to pipeline"
                        + " orders, can't be read any more (other tables are configured now",
                remedy);
        database.queryList(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                        + " current_database() AND state = 'idle in transaction'");
        assertRefused(start("public.orders_.*", amidst), "(its keeper is gone", remedy);

        sink.keySet().removeIf(key -> key.contains("public.orders_4"));
        database.execute("DELETE FROM orders_4 WHERE id < 100", "DELETE FROM orders_1");
        database.execute("INSERT INTO orders_1 VALUES (1, 1)");
        JobClient third = start("public.orders_.*", before);
        awaitPostgres(1, 2, 3, 4);
        database.execute("INSERT INTO orders_4 VALUES (1, 1)");
        awaitPostgres(1, 2, 3, 4);
        third.cancel().get();
    }

    private static void assertRefused(JobClient job, String... words) {
        assertThatThrownBy(() -> job.getJobExecutionResult().get())
                .satisfies(
                        error -> {
                            for (String part : words) {
                                assertThat(error).hasStackTraceContaining(part);
                            }
                        });
    }

    /** Rows of before bear the former name, by which they are told apart. */
    @ParameterizedTest
    @ValueSource(strings = {"public.orders_.*", "public.orders_1"})
    void oneThatIsRenamedIsRefused(String tables) throws Exception {
        int[] numbers = tables.endsWith("*") ? new int[] {1, 2, 3} : new int[] {1};
        JobClient first = start(tables, null);
        awaitPostgres(numbers);
        String savepoint = SqlSession.stop(first, folder);
        database.execute(
                "INSERT INTO orders_1 VALUES (1, 1)", "ALTER TABLE orders_1 RENAME TO orders_9");
        JobClient refused = start(tables.replace('1', '9'), savepoint);
        assertThatThrownBy(() -> refused.getJobExecutionResult().get())
                .hasStackTraceContaining(
                        "Table public.orders_1 of pipeline orders is named public.orders_9 now");
        database.execute("ALTER TABLE orders_9 RENAME TO orders_1");
        JobClient second = start(tables, savepoint);
        awaitPostgres(numbers);
        second.cancel().get();
    }

    /** Up to the first change under the new name, which is one of the schema. */
    @Test
    void theOnlyOneGoesOnUnderAnotherName() throws Exception {
        String groups = "source_table STRING METADATA FROM 'schema_name'";
        JobClient first = start("public.orders_1", groups, "", null);
        Await.until("it is counted", () -> inFlink().equals(counted("orders_1")));
        String savepoint = SqlSession.stop(first, folder);
        database.execute(
                "INSERT INTO orders_1 VALUES (1, 1)", "ALTER TABLE orders_1 RENAME TO orders_9");
        JobClient second = start("public.orders_9", groups, "", savepoint);
        Await.until("the change before came", () -> inFlink().equals(counted("orders_9")));
        second.cancel().get();
    }

    private Map<String, String> counted(String table) {
        return Map.of(
                "[public]",
                "+I[public, "
                        + database.queryString(
                                "SELECT concat_ws(', ', count(*), sum(v)) FROM " + table)
                        + "]");
    }
}
