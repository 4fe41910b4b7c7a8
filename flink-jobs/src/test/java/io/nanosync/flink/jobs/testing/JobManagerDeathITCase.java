package io.nanosync.flink.jobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nanosync.flink.jobs.demo.LoadGenerator;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FlinkCluster;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packed job jar on a highly available cluster whose JobManager dies in each phase: the
 * snapshot's session dies with it, and so does every decision that no checkpoint holds.
 */
@Tag("long")
@Tag("packaged")
class JobManagerDeathITCase {

    private static final double HAND_OVER = 2;

    @TempDir private Path folder;

    @Test
    void capturesExactlyOnceOverAJobManagerThatDiesInEachPhase() throws Exception {
        try (TestPostgres postgres = TestPostgres.start(17);
                FlinkCluster cluster =
                        FlinkCluster.builder()
                                .taskManagers(2)
                                .highlyAvailable()
                                .option("metrics.fetcher.update-interval", "100")
                                .start();
                // The hand-over takes a checkpoint, and lasts as long as none is due.
                OrdersPipeline orders = new OrdersPipeline(postgres, folder, "4s")) {
            try (LoadGenerator load = orders.load()) {
                String job = orders.on(cluster).parallelism(2).run();

                orders.awaitSlot();
                cluster.awaitCheckpoints(job, 1);
                try (Connection holder = orders.holdSnapshot()) {
                    orders.awaitHeldReader();
                    replace(cluster, job);
                    holder.rollback();
                }

                Await.until(
                        "the hand-over",
                        OrdersPipeline.PATIENCE,
                        () -> phase(cluster, job) == HAND_OVER);
                replace(cluster, job);

                orders.awaitPhase(PipelinePhase.STREAM);
                cluster.awaitCheckpoints(job, 1);
                replace(cluster, job);

                orders.awaitPhase(PipelinePhase.STREAM);
                load.stop();
                orders.awaitCaughtUp();
                cluster.stopWithSavepoint(job);
            }
            orders.assertExact();
        }
    }

    /** Kills the JobManager and waits until another has the job. */
    private static void replace(FlinkCluster cluster, String job) {
        cluster.killJobManager();
        cluster.startJobManager();
        cluster.awaitRunning(job);
        assertThat(cluster.restores(job)).isPositive();
    }

    /** What the pipeline's gauge says on the JobManager; negative when it isn't there yet. */
    private static double phase(FlinkCluster cluster, String job) {
        String vertex =
                cluster.rest().get("/jobs/" + job).path("vertices").path(0).path("id").asText();
        String metrics = "/jobs/" + job + "/vertices/" + vertex + "/jm-operator-metrics";
        return StreamSupport.stream(cluster.rest().get(metrics).spliterator(), false)
                .map(metric -> metric.path("id").asText())
                .filter(id -> id.endsWith("ns_pipeline_phase"))
                .map(id -> cluster.rest().get(metrics + "?get=" + encoded(id)).path(0))
                .map((JsonNode metric) -> metric.path("value").asDouble(-1))
                .findFirst()
                .orElse(-1.0);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
