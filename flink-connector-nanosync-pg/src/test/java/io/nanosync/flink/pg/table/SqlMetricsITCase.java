package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.metrics.ReportedMetrics;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a query's metrics say. */
final class SqlMetricsITCase {

    private final TestDatabase database = TestPostgres.shared(17).createDatabase();
    private final ReportedMetrics metrics = new ReportedMetrics();

    @AfterEach
    void drop() {
        database.close();
    }

    private TableEnvironment flink() {
        Configuration settings = metrics.settings();
        settings.setString("execution.checkpointing.interval", "200ms");
        settings.setString("parallelism.default", "1");
        return TableEnvironment.create(
                EnvironmentSettings.newInstance()
                        .inStreamingMode()
                        .withConfiguration(settings)
                        .build());
    }

    @Test
    void countsWhatWasLeftOutOfRows() throws Exception {
        database.execute(
                "CREATE TABLE counted (id int PRIMARY KEY, at timestamp, big text)",
                "ALTER TABLE counted ALTER COLUMN big SET STORAGE EXTERNAL",
                "INSERT INTO counted VALUES (1, 'infinity', repeat('x', 10000))");
        TableEnvironment flink = flink();
        flink.executeSql(
                "CREATE TABLE counted (id INT, `at` TIMESTAMP(6), big STRING, PRIMARY KEY (id) NOT"
                        + " ENFORCED) WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'table-name' = 'public.counted', 'toast' = 'null', 'truncate' ="
                        + " 'ignore', 'unrepresentable' = 'null')");
        try (LiveQuery query = new LiveQuery(flink, "SELECT * FROM counted")) {
            query.awaitRows(1);
            awaitValue(SourceMetric.SQL_UNREPRESENTABLE, 1);
            database.execute(
                    "UPDATE counted SET at = '2026-01-01' WHERE id = 1",
                    "TRUNCATE counted",
                    "INSERT INTO counted VALUES (2, '-infinity', 'small')");
            awaitValue(SourceMetric.SQL_UNREPRESENTABLE, 2);
            awaitValue(SourceMetric.SQL_UNCHANGED_TOAST, 1);
            awaitValue(SourceMetric.SQL_IGNORED_TRUNCATES, 1);
            Set<String> all = new TreeSet<>();
            Stream.of(SourceMetric.values())
                    .filter(metric -> metric.place() != SourceMetric.Place.JOB)
                    .map(ReportedMetrics::definition)
                    .forEach(all::add);
            assertThat(metrics.ownInWords()).isEqualTo(all);
        }
    }

    private void awaitValue(SourceMetric metric, double value) {
        Await.until(
                metric.id() + " is " + value,
                () -> metrics.value(metric, "public.counted") == value);
    }
}
