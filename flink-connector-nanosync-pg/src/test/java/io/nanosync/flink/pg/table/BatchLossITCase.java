package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A TaskManager is lost, and with it what it has read of the snapshots of a batch. */
@Tag("long")
class BatchLossITCase {

    private static final int ORDERS = 20_000;
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

    private TestDatabase database;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(17).createDatabase();
        database.execute(
                "CREATE TABLE orders (id int PRIMARY KEY, customer int, moment int)",
                "CREATE TABLE customers (id int PRIMARY KEY, moment int)",
                "INSERT INTO orders SELECT i, i % 100, 0 FROM generate_series(1, " + ORDERS + ") i",
                "INSERT INTO customers SELECT i, 0 FROM generate_series(0, 99) i");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    /** Gives what it is given, but waits behind the join. */
    public static final class Gate extends ScalarFunction {

        private static final long serialVersionUID = 1L;
        private static final CountDownLatch REACHED = new CountDownLatch(1);
        private static final CountDownLatch OPENED = new CountDownLatch(1);

        public Integer eval(Integer value) throws InterruptedException {
            REACHED.countDown();
            OPENED.await();
            return value;
        }
    }

    private StreamTableEnvironment session() {
        Configuration settings = new Configuration();
        settings.setString("restart-strategy.type", "fixed-delay");
        settings.setString("restart-strategy.fixed-delay.attempts", "20");
        settings.setString("restart-strategy.fixed-delay.delay", "100ms");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(settings);
        env.setRuntimeMode(RuntimeExecutionMode.BATCH);
        env.setParallelism(2);
        StreamTableEnvironment flink =
                StreamTableEnvironment.create(
                        env, EnvironmentSettings.newInstance().inBatchMode().build());
        flink.getConfig().set("table.optimizer.join.broadcast-threshold", "-1");
        // Flink's adaptive joins don't survive the loss, of whatever source.
        flink.getConfig().set("table.optimizer.adaptive-broadcast-join.strategy", "none");
        flink.getConfig().set("table.optimizer.skewed-join-optimization.strategy", "none");
        flink.createTemporarySystemFunction("gate", Gate.class);
        for (String table :
                List.of(
                        "orders (id INT, customer INT, moment INT",
                        "customers (id INT, moment INT")) {
            flink.executeSql(
                    "CREATE TABLE "
                            + table
                            + ") WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                            + database.dsn()
                            + "', 'table-name' = 'public."
                            + table.substring(0, table.indexOf(' '))
                            + "', 'pipeline' = 'shop', 'startup-mode' = 'snapshot',"
                            + " 'ctid-partition-blocks' = '4')");
        }
        return flink;
    }

    /** Both tables, of which one is read twice, are read by the same tasks, and some again. */
    @Test
    void whatIsReadAgainIsOfTheSameMoment(@InjectMiniCluster MiniCluster cluster) throws Exception {
        StreamTableEnvironment flink = session();
        Map<List<String>, String> found =
                KeyedSink.create(
                        flink, "sink", "id STRING, a INT, b INT", "loss-" + database.name());
        JobClient job =
                flink.executeSql(
                                "INSERT INTO sink SELECT CAST(o.id AS STRING), gate(o.moment),"
                                        + " c.moment FROM orders o JOIN customers c ON c.id ="
                                        + " o.customer WHERE o.id > 10 UNION ALL SELECT 'few ' ||"
                                        + " CAST(id AS STRING), moment, 0 FROM orders WHERE id"
                                        + " <= 10")
                        .getJobClient()
                        .orElseThrow();
        Gate.REACHED.await();
        database.execute(
                "BEGIN; UPDATE orders SET moment = 1; UPDATE customers SET moment = 1; COMMIT");
        cluster.terminateTaskManager(0).get();
        cluster.startTaskManager();
        Gate.OPENED.countDown();
        Await.until("it ends", Duration.ofSeconds(90), () -> job.getJobExecutionResult().isDone());
        job.getJobExecutionResult().get();
        Map<List<String>, String> expected = new HashMap<>();
        for (int id = 1; id <= ORDERS; id++) {
            String name = id > 10 ? "" + id : "few " + id;
            expected.put(List.of(name), "+I[" + name + ", 0, 0]");
        }
        assertThat(found.equals(expected)).isTrue();
    }
}
