package io.nanosync.flink.jobs.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.compose.JobSettings;
import io.nanosync.flink.jobs.compose.PipelineJob;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.jobs.testing.MetricsPlugin;
import io.nanosync.flink.jobs.testing.PrometheusPage;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FreePorts;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packed plugin in Flink's own registry of metrics, with a pipeline that runs. */
@Tag("packaged")
class PrometheusReporterITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String STREAM_STATE = "ns_stream_state{pipeline=\"orders\"}";
    private static final String RESTARTS = "ns_pipeline_restarts_total{pipeline=\"orders\"}";
    private static final String INSERTS =
            "ns_cdc_events_total{pipeline=\"orders\",table=\"public.\\\"Odd \\\\"
                    + " \\\"\\\"name\\\"\\\"\\\"\",operation=\"insert\"}";

    @TempDir private Path folder;

    private final int port = FreePorts.next();

    @Test
    void servesEveryMetricOfAJobThatRunsAndCountsOnWhenItIsRestarted() throws Exception {
        try (TestDatabase database = TestPostgres.shared(17).createDatabase();
                MiniCluster cluster = cluster()) {
            database.execute(
                    "CREATE TABLE \"Odd \\ \"\"name\"\"\" (id int PRIMARY KEY, note text)",
                    "INSERT INTO \"Odd \\ \"\"name\"\"\" SELECT g FROM generate_series(1, 50) g");
            cluster.start();
            assertThat(PrometheusPage.of(port).text()).isEmpty();

            JobID job = submit(cluster, pipeline(database));
            await("the stream runs", page -> page.value(STREAM_STATE) == 2);
            database.execute(
                    "INSERT INTO \"Odd \\ \"\"name\"\"\" SELECT g FROM generate_series(51, 150) g");
            await("100 changes", page -> page.value(INSERTS) == 100);
            PrometheusPage page = PrometheusPage.of(port);
            assertThat(page.kinds()).isEqualTo(numbersOfASource());
            assertThat(page.help().keySet()).isEqualTo(page.kinds().keySet());
            assertThat(page.help())
                    .containsEntry(SourceMetric.PHASE.id(), SourceMetric.PHASE.description());

            cluster.terminateTaskManager(0).get();
            cluster.startTaskManager();
            await("the stream runs again", after -> after.value(STREAM_STATE) == 2);
            assertThat(PrometheusPage.of(port).value(RESTARTS)).isEqualTo(1);
            database.execute("INSERT INTO \"Odd \\ \"\"name\"\"\" VALUES (151)");
            await("one change more", after -> after.value(INSERTS) > 100);

            cluster.cancelJob(job).get();
            await("metrics of the ended job are gone", after -> after.text().isEmpty());
        }
    }

    private MiniCluster cluster() throws Exception {
        Configuration settings = new Configuration();
        settings.setString("metrics.reporters", "nanosync");
        settings.setString(
                "metrics.reporter.nanosync.factory.class",
                PrometheusReporterFactory.class.getName());
        settings.setString("metrics.reporter.nanosync.port", "" + port);
        return new MiniCluster(
                new MiniClusterConfiguration.Builder()
                        .setConfiguration(settings)
                        .setPluginManager(MetricsPlugin.installedIn(folder.resolve("plugins")))
                        .withRandomPorts()
                        .build());
    }

    private Pipeline pipeline(TestDatabase database) throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("pipelines.yaml"),
                        """
                        state_dir: %s
                        connections:
                          - {name: db, type: postgres, dsn: "%s"}
                        pipelines:
                          - name: orders
                            source: {connection: db, tables: ['public."Odd \\ ""name""\"']}
                            sink: {type: blackhole}
                            checkpoint_interval: 500ms
                            parallelism: 1
                        """
                                .formatted(folder.resolve("state"), database.dsn()));
        return PipelinesFile.read(file, Map.of()).pipeline("orders").orElseThrow();
    }

    private static JobID submit(MiniCluster cluster, Pipeline pipeline) throws Exception {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        JobSettings.of(pipeline, new Configuration()));
        PipelineJob.addTo(env, pipeline);
        return cluster.submitJob(env.getStreamGraph()).get().getJobID();
    }

    private void await(String what, Predicate<PrometheusPage> condition) throws Exception {
        try {
            Await.until(what, PATIENCE, () -> condition.test(PrometheusPage.of(port)));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ":\n" + PrometheusPage.of(port).text(), e);
        }
    }

    /** Name and type of each metric of a source that is a number. */
    private static Map<String, String> numbersOfASource() {
        Map<String, String> kinds = new TreeMap<>();
        for (SourceMetric metric : SourceMetric.values()) {
            boolean served = metric.kind() != SourceMetric.Kind.TEXT;
            if (served && metric.place() != SourceMetric.Place.SQL) {
                kinds.put(metric.id(), metric.kind().text());
            }
        }
        return kinds;
    }
}
