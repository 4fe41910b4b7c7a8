package io.nanosync.flink.pg.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.PgSource;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code docs/datastream.md} shows runs, and is what it shows. */
final class ExamplesITCase {

    private static final Path PAGE = Path.of("../docs/datastream.md");
    private static final Path SOURCES = Path.of("src/test/java/io/nanosync/flink/pg/examples");

    private static TestDatabase shop() {
        TestDatabase database = TestPostgres.shared(18).createDatabase();
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL,"
                        + " total numeric(12, 2) NOT NULL)",
                "ALTER TABLE orders REPLICA IDENTITY FULL",
                "INSERT INTO orders SELECT n, n % 7, n / 3.0 FROM generate_series(1, 1000) n");
        return database;
    }

    private static String dsn(TestDatabase database) {
        return "postgres://"
                + TestPostgres.SUPERUSER
                + "@127.0.0.1:"
                + database.port()
                + "/"
                + database.name();
    }

    @ParameterizedTest
    @ValueSource(classes = {OrderTotals.class, LargestOrder.class})
    void pageShowsWhatRuns(Class<?> example) throws IOException {
        String source =
                Files.readString(
                        SOURCES.resolve(example.getSimpleName() + ".java"), StandardCharsets.UTF_8);
        String shown = source.substring(source.indexOf("import "));
        assertThat(PAGE).content(StandardCharsets.UTF_8).contains("```java\n" + shown + "```");
    }

    private static Map<Long, BigDecimal> inDatabase(TestDatabase database) {
        Map<Long, BigDecimal> totals = new HashMap<>();
        database.queryRows("SELECT customer_id, sum(total) FROM orders GROUP BY customer_id")
                .forEach(
                        row ->
                                totals.put(
                                        Long.valueOf(String.valueOf(row.get(0))),
                                        new BigDecimal(String.valueOf(row.get(1)))));
        return totals;
    }

    @Test
    @Timeout(120)
    void totalsBecomeWhatTheDatabaseHas() throws Exception {
        try (TestDatabase database = shop()) {
            StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
            env.setParallelism(2);
            env.enableCheckpointing(200);
            Map<Long, BigDecimal> totals = new HashMap<>();
            try (CloseableIterator<Tuple2<Long, BigDecimal>> arriving =
                    OrderTotals.totals(env, dsn(database)).executeAndCollect()) {
                awaitSame(totals, inDatabase(database), arriving);
                database.execute(
                        "UPDATE orders SET total = total + 1, customer_id = (customer_id + 1) % 7"
                                + " WHERE id < 500",
                        "DELETE FROM orders WHERE id % 3 = 0",
                        "INSERT INTO orders VALUES (2000, 3, 0.05)");
                awaitSame(totals, inDatabase(database), arriving);
            }
        }
    }

    private static void awaitSame(
            Map<Long, BigDecimal> totals,
            Map<Long, BigDecimal> expected,
            CloseableIterator<Tuple2<Long, BigDecimal>> arriving) {
        while (!totals.equals(expected)) {
            Tuple2<Long, BigDecimal> next = arriving.next();
            totals.put(next.f0, next.f1);
        }
    }

    @Test
    void columnsAreReadWithoutRows() throws Exception {
        try (TestDatabase database = shop()) {
            StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
            List<Long> largest =
                    PgSource.builder()
                            .pipeline("largest")
                            .dsn(dsn(database))
                            .tables("public.orders")
                            .property("startup_mode", "snapshot")
                            .property("chunk_size", 300)
                            .build()
                            .addTo(env)
                            .map(new LargestOrder())
                            .executeAndCollect(100);
            assertThat(largest).hasSize(4).contains(1000L);
        }
    }
}
