package io.nanosync.flink.jobs.testing;

import io.nanosync.flink.jobs.demo.LoadGenerator;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FlinkCluster;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packed job jar on a cluster of separate processes, from the snapshot to another parallelism.
 */
@Tag("long")
@Tag("packaged")
class JobJarITCase {

    @TempDir private Path folder;

    @Test
    void capturesExactlyOnceOverDeadTaskManagersAndASavepoint() throws Exception {
        try (TestPostgres postgres = TestPostgres.start(17);
                FlinkCluster cluster = FlinkCluster.builder().taskManagers(2).start();
                OrdersPipeline orders = new OrdersPipeline(postgres, folder, "1s")) {
            try (LoadGenerator load = orders.load()) {
                String first = orders.on(cluster).parallelism(2).run();

                orders.awaitSlot();
                cluster.awaitCheckpoints(first, 1);
                try (Connection holder = orders.holdSnapshot()) {
                    replace(cluster, 1);
                    awaitRestore(cluster, first, 1);
                    orders.awaitHeldReader();
                    holder.rollback();
                }

                orders.awaitPhase(PipelinePhase.STREAM);
                cluster.awaitCheckpoints(first, 1);
                int restores = cluster.restores(first);
                // Either may have the stream.
                replace(cluster, 2);
                awaitRestore(cluster, first, restores + 1);
                orders.awaitPhase(PipelinePhase.STREAM);
                String savepoint = cluster.stopWithSavepoint(first);

                String second = orders.on(cluster).parallelism(4).from(savepoint).run();
                cluster.awaitRunning(second);
                load.stop();
                orders.awaitCaughtUp();
                cluster.stopWithSavepoint(second);
            }
            orders.assertExact();
        }
    }

    /** Kills TaskManagers, then starts as many. */
    private static void replace(FlinkCluster cluster, int number) {
        List<Integer> victims = cluster.taskManagers().subList(0, number);
        victims.forEach(cluster::killTaskManager);
        for (int i = 0; i < number; i++) {
            cluster.startTaskManager();
        }
    }

    private static void awaitRestore(FlinkCluster cluster, String job, int times) {
        Await.until(
                "the job went back to a checkpoint",
                OrdersPipeline.PATIENCE,
                () -> cluster.restores(job) >= times);
    }
}
