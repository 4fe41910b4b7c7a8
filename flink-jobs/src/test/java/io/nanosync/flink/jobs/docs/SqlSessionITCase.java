package io.nanosync.flink.jobs.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanosync.flink.jobs.demo.LoadGenerator;
import io.nanosync.flink.jobs.testing.ConfirmedSlot;
import io.nanosync.flink.jobs.testing.JobJars;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FlinkCluster;
import io.nanosync.flink.pg.testing.KafkaBroker;
import io.nanosync.flink.pg.testing.MavenJars;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The session of {@code docs/sql.md}, with Flink's SQL client on a cluster, under load. */
@Tag("long")
@Tag("packaged")
class SqlSessionITCase {

    private static final String FLINK = "2.3.0";
    private static final String BY_COUNTRY = " ORDER BY c.country COLLATE \"C\"";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Pattern QUERY =
            Pattern.compile("VIEW .* AS\n(SELECT .*?);", Pattern.DOTALL);
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final Page page = Page.of("docs/sql.md");

    @Test
    void jdbcTableAndTopicEndAsPostgresAnswersThoughATaskManagerDies() throws Exception {
        try (TestPostgres postgres = TestPostgres.start(17);
                KafkaBroker kafka = KafkaBroker.start();
                FlinkCluster flink = cluster()) {
            TestDatabase shop = postgres.createDatabase("shop");
            page.examples("postgresql").forEach(shop::execute);
            page.examples("postgresql session").forEach(shop::execute);
            SalesLoad.fill(shop);

            try (LoadGenerator load = SalesLoad.start(shop)) {
                String job = flink.sql(MavenJars.flinkSqlClient(FLINK), session(shop, kafka));
                flink.awaitRunning(job);
                Await.until(
                        "rows have arrived",
                        PATIENCE,
                        () -> shop.queryLong("SELECT count(*) FROM sales") > 0);
                kill(flink, job);
                long before = load.commits();
                flink.awaitCheckpoints(job, 2);
                assertThat(load.commits()).isGreaterThan(before);
                load.stop();

                ConfirmedSlot.await(shop, "slot_name = 'nanosync_slot_sales'", PATIENCE);
                List<List<@Nullable String>> answer = shop.queryRows(query() + BY_COUNTRY);
                assertThat(answer).isNotEmpty();
                assertThat(shop.queryRows("SELECT * FROM sales AS c" + BY_COUNTRY))
                        .isEqualTo(answer);

                assertThat(folded(kafka.read("sales"))).isEqualTo(answer);
                flink.cancel(job);
            }
        }
    }

    private static FlinkCluster cluster() throws IOException {
        FlinkCluster.Builder cluster =
                FlinkCluster.builder()
                        .version(FLINK)
                        .taskManagers(2)
                        .option("parallelism.default", "2")
                        .lib(JobJars.sql());
        MavenJars.flinkKafka().forEach(cluster::lib);
        MavenJars.flinkJdbc(FLINK).forEach(cluster::lib);
        return cluster.start();
    }

    /** The page's session, with servers where they are. */
    private String session(TestDatabase shop, KafkaBroker kafka) {
        return String.join("\n", page.examples("sql session"))
                .replace("'10s'", "'1s'")
                .replace("'localhost'", "'127.0.0.1'")
                .replace("'5432'", "'" + shop.port() + "'")
                .replace("localhost:5432", "127.0.0.1:" + shop.port())
                .replace("localhost:9092", kafka.address());
    }

    /** The session's query, for PostgreSQL. */
    private String query() {
        String session = String.join("\n", page.examples("sql session"));
        return find(QUERY, session).replace("shop.shop.", "public.");
    }

    private static void kill(FlinkCluster flink, String job) {
        flink.killTaskManager(flink.taskManagers().get(0));
        flink.startTaskManager();
        Await.until("the job went back to a checkpoint", PATIENCE, () -> flink.restores(job) > 0);
        flink.awaitRunning(job);
    }

    /** The last value of each key of the topic, as rows in the order of their keys. */
    private static List<List<String>> folded(List<String> topic) throws IOException {
        TreeMap<String, List<String>> rows = new TreeMap<>();
        for (String line : topic) {
            String[] record = line.split("\t");
            String country = JSON.readTree(record[0]).path("country").asText();
            JsonNode value = JSON.readTree(record[1]);
            if (value.isNull()) {
                rows.remove(country);
            } else {
                rows.put(
                        country,
                        List.of(
                                value.path("country").asText(),
                                value.path("orders").asText(),
                                // Jackson leaves zeros at the end out.
                                value.path("total").decimalValue().setScale(2).toPlainString()));
            }
        }
        return List.copyOf(rows.values());
    }

    private static String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }
}
