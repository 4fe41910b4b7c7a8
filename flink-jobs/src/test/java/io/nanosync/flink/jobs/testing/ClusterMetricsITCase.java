package io.nanosync.flink.jobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.metrics.SourceMetric;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FlinkCluster;
import io.nanosync.flink.pg.testing.FreePorts;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packed reporter in the {@code plugins} folder of a cluster of separate processes. */
@Tag("long")
@Tag("packaged")
class ClusterMetricsITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String STREAM_STATE = "ns_stream_state{pipeline=\"orders\"}";
    private static final String PHASE = "ns_pipeline_phase{pipeline=\"orders\"}";
    private static final String INSERTS =
            "ns_cdc_events_total{pipeline=\"orders\",table=\"public.orders\",operation=\"insert\"}";

    @TempDir private Path folder;

    private final List<Integer> ports = Stream.generate(FreePorts::next).limit(3).toList();

    @Test
    void eachProcessServesWhatItMeasuresOnAPortOfItsOwn() throws Exception {
        try (TestDatabase database = TestPostgres.shared(17).createDatabase();
                FlinkCluster cluster = cluster()) {
            String job = stream(database, cluster);
            database.execute("INSERT INTO orders SELECT generate_series(1, 100)");
            Await.until("100 changes", PATIENCE, () -> sum(INSERTS) == 100);

            PrometheusPage jobManager = pageWith(SourceMetric.PHASE);
            PrometheusPage taskManager = pageWith(SourceMetric.CDC_EVENTS);
            TreeSet<String> ofJob = ids(SourceMetric.Place.JOB_MANAGER);
            ofJob.addAll(ids(SourceMetric.Place.JOB));
            assertThat(jobManager.kinds().keySet()).isEqualTo(ofJob);
            TreeSet<String> ofTasks = ids(SourceMetric.Place.TASK);
            ofTasks.addAll(ids(SourceMetric.Place.STREAM));
            assertThat(taskManager.kinds().keySet()).isEqualTo(ofTasks);

            cluster.cancel(job);
            Await.until("nothing is served", PATIENCE, () -> pages().allMatch(String::isEmpty));
        }
    }

    /** What the alert NanosyncNoTask is made of. */
    @Test
    void phaseStaysWhereNoTaskManagerIsLeft() throws Exception {
        try (TestDatabase database = TestPostgres.shared(17).createDatabase();
                FlinkCluster cluster = cluster()) {
            String job = stream(database, cluster);
            Await.until("so says the JobManager", PATIENCE, () -> sum(PHASE) == 3);
            int jobManager = portWith(PHASE);
            List.copyOf(cluster.taskManagers()).forEach(cluster::killTaskManager);
            Await.until("it restarts", PATIENCE, () -> !cluster.state(job).equals("RUNNING"));
            assertThat(PrometheusPage.of(jobManager).value(PHASE)).isEqualTo(3);
            cluster.cancel(job);
        }
    }

    /** Starts the pipeline, waits for its stream, and gives the job's id. */
    private String stream(TestDatabase database, FlinkCluster cluster) throws Exception {
        database.execute("CREATE TABLE orders (id int PRIMARY KEY)");
        String job =
                cluster.submission(JobJars.packed())
                        .arguments(List.of("-f", pipelines(database).toString()))
                        .parallelism(2)
                        .run();
        Await.until("the stream runs", PATIENCE, () -> sum(STREAM_STATE) == 2);
        return job;
    }

    private int portWith(String series) throws IOException, InterruptedException {
        for (int port : ports) {
            if (!Double.isNaN(PrometheusPage.of(port).value(series))) {
                return port;
            }
        }
        throw new AssertionError("Nobody serves " + series);
    }

    private FlinkCluster cluster() {
        return MetricsPlugin.on(FlinkCluster.builder().taskManagers(2), ports).start();
    }

    private double sum(String series) throws IOException, InterruptedException {
        double sum = 0;
        for (int port : ports) {
            double value = PrometheusPage.of(port).value(series);
            sum += Double.isNaN(value) ? 0 : value;
        }
        return sum;
    }

    private Stream<String> pages() throws IOException, InterruptedException {
        return read().stream().map(PrometheusPage::text);
    }

    private PrometheusPage pageWith(SourceMetric metric) throws IOException, InterruptedException {
        List<PrometheusPage> found =
                read().stream().filter(page -> page.kinds().containsKey(metric.id())).toList();
        assertThat(found).as(metric.id()).hasSize(1);
        return found.get(0);
    }

    private List<PrometheusPage> read() throws IOException, InterruptedException {
        return List.of(
                PrometheusPage.of(ports.get(0)),
                PrometheusPage.of(ports.get(1)),
                PrometheusPage.of(ports.get(2)));
    }

    private static TreeSet<String> ids(SourceMetric.Place place) {
        return Stream.of(SourceMetric.values())
                .filter(metric -> metric.place() == place)
                .filter(metric -> metric.kind() != SourceMetric.Kind.TEXT)
                .map(SourceMetric::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Path pipelines(TestDatabase database) throws IOException {
        return Files.writeString(
                folder.resolve("pipelines.yaml"),
                """
                state_dir: %s
                connections:
                  - {name: db, type: postgres, dsn: "%s"}
                pipelines:
                  - name: orders
                    source: {connection: db, tables: [public.orders]}
                    sink: {type: blackhole}
                    checkpoint_interval: 500ms
                """
                        .formatted(folder.resolve("state"), database.dsn()));
    }
}
